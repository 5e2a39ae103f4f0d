/**
 * A script's text as tokens: the Shell Command Language of POSIX, 2.2 (quoting) and 2.3 (token recognition), without all
 * that a shell would expand, which is refused. https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html
 *
 *     word        = characters | \character | '…' | "…", one behind the other
 *     operator    = | && || ; ( ) newline
 *     redirection = [digits] (< | > | >> | >&)
 *
 * A backslash before the end of a line joins two lines, also inside of a token. `#` where a word could begin starts a comment.
 */
import { ScriptError } from "../errors.ts";

export interface Word {
  readonly kind: "word";
  readonly text: string;
  /** `text` with a zero character for each piece that is quoted: only what is unquoted means something to a shell. */
  readonly bare: string;
  readonly start: number;
}

export interface Operator {
  readonly kind: "operator";
  readonly text: "|" | "&&" | "||" | ";" | "(" | ")" | "\n";
  readonly start: number;
}

export interface RedirectionOperator {
  readonly kind: "redirection";
  readonly text: "<" | ">" | ">>" | ">&";
  /** The digits before it, or "". */
  readonly descriptor: string;
  readonly start: number;
}

export interface End {
  readonly kind: "end";
  readonly start: number;
}

export type Token = Word | Operator | RedirectionOperator | End;

const QUOTED = "\0";
/** A name with its `=`, at the beginning of a word. */
const ASSIGNMENT = /^([A-Za-z_][A-Za-z0-9_]*)=/;
const CONTROL = /\p{Cc}/u;
/** What ends a word, where it is not quoted; "" is the end. */
const ENDS = /^[ \t\n|&;()<>]?$/;
/** What `$` expands in double quotes, where it is a character before anything else. */
const EXPANDED = /[A-Za-z0-9_@*#?$!({[-]/;

const NOTHING = "nothing is expanded in a script";
const BACKGROUND = "a script runs nothing in the background";

/** What is refused as one operator, and what to write instead. */
const REFUSED: readonly (readonly [operator: string, what: string])[] = [
  ["&>", "is not POSIX: `> FILE 2>&1` sends both outputs to a file"],
  ["|&", "is not POSIX: `2>&1 |` sends both outputs into a pipe"],
  ["<<", "begins a here document, which a script cannot have: put the text into a file and read it by `< FILE`"],
  ["<&", "is not supported: `< FILE` reads a file"],
  ["<>", "is not supported: `< FILE` reads a file, `> FILE` writes one"],
  [">|", "is not supported: `> FILE` writes a file anew"],
  [";;", "belongs to `case`, which a script cannot have"],
];

/** The last one is the end. @throws ScriptError */
export function tokensOf(source: string): readonly Token[] {
  const impossible = /\0|\p{Surrogate}/u.exec(source);
  if (impossible !== null) {
    const what = impossible[0] === "\0" ? "a zero character, which no argument can have" : "half of a character, which is not Unicode";
    throw new ScriptError(what, source, impossible.index);
  }
  const scanner = new Scanner(source);
  const tokens: Token[] = [];
  do tokens.push(scanner.next());
  while (tokens.at(-1)?.kind !== "end");
  return tokens;
}

/** The name before the `=` of an assignment, such as `A` in `A=b`. */
export const assignedName = ({ bare }: Word): string | undefined => ASSIGNMENT.exec(bare)?.[1];

class Scanner {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  next(): Token {
    while (/^[ \t]$/.test(this.#peek())) this.#at++;
    if (this.#peek() === "#") this.#at = endOr(this.#source, this.#source.indexOf("\n", this.#at));
    const character = this.#peek();
    const start = this.#at;
    if (character === "") return { kind: "end", start };
    if (character === "<" || character === ">") return this.#redirection("", start);
    return ENDS.test(character) ? this.#operator(start) : this.#word(start);
  }

  /** The next character, behind ends of lines that a backslash takes away; "" at the end. */
  #peek(): string {
    while (this.#source.startsWith("\\\n", this.#at)) this.#at += 2;
    return this.#source.charAt(this.#at);
  }

  #operator(start: number): Operator {
    this.#refuseOperator();
    const character = this.#source.charAt(this.#at++);
    const isDouble = (character === "|" || character === "&") && this.#peek() === character;
    if (isDouble) this.#at++;
    else if (character === "&") this.#refuse("&", BACKGROUND, start);
    // What ends a word and is no blank, no `<` and no `>`.
    return { kind: "operator", text: (isDouble ? character + character : character) as Operator["text"], start };
  }

  #redirection(descriptor: string, start: number): RedirectionOperator {
    this.#refuseOperator();
    const first = this.#source[this.#at++] === "<" ? "<" : ">";
    const second = this.#peek();
    if (first === "<" || (second !== ">" && second !== "&")) return { kind: "redirection", text: first, descriptor, start };
    this.#at++;
    return { kind: "redirection", text: `>${second}`, descriptor, start };
  }

  #refuseOperator(): void {
    const refused = REFUSED.find(([operator]) => this.#source.startsWith(operator, this.#at));
    if (refused !== undefined) throw new ScriptError(`\`${refused[0]}\` ${refused[1]}`, this.#source, this.#at);
  }

  /** Digits before `<` and `>` are no word. */
  #word(start: number): Word | RedirectionOperator {
    let [text, bare] = ["", ""];
    for (let character = this.#peek(); !ENDS.test(character); character = this.#peek()) {
      const at = this.#at++;
      const isQuote = character === "\\" || character === "'" || character === '"';
      if (!isQuote) this.#refuseUnquoted(character, at);
      text += isQuote ? this.#quoted(character, at) : character;
      bare += isQuote ? QUOTED : character;
    }
    if (/^([A-Za-z_]\w*=)?~/.test(bare) || (ASSIGNMENT.test(bare) && bare.includes(":~"))) this.#refuse("~", NOTHING, start);
    const braced = bare.slice(bare.indexOf("{") + 1, bare.lastIndexOf("}") + 1);
    if (bare.includes("{") && /,|\.\./.test(braced)) this.#refuse("{", `some shells expand braces, and ${NOTHING}`, start);
    const end = this.#peek();
    if (/^[0-9]+$/.test(bare) && (end === "<" || end === ">")) return this.#redirection(bare, start);
    return { kind: "word", text, bare, start };
  }

  #quoted(quote: string, start: number): string {
    if (quote === '"') return this.#doubleQuoted(start);
    const end = quote === "'" ? this.#source.indexOf("'", this.#at) : this.#at + 1;
    if (end < 0) throw new ScriptError("`'` opens quotes that nothing closes", this.#source, start);
    if (end > this.#source.length)
      throw new ScriptError("a backslash ends the script: nothing follows that it could quote", this.#source, start);
    const text = this.#source.slice(this.#at, end);
    this.#at = quote === "'" ? end + 1 : end;
    return text;
  }

  #doubleQuoted(start: number): string {
    let text = "";
    for (;;) {
      const character = this.#peek();
      const at = this.#at++;
      if (character === "") throw new ScriptError('`"` opens quotes that nothing closes', this.#source, start);
      if (character === '"') return text;
      if (character === "`" || (character === "$" && EXPANDED.test(this.#peek()))) this.#refuse(character, NOTHING, at);
      const next = character === "\\" ? this.#source.charAt(this.#at) : "";
      if (/^[$`"\\]$/.test(next)) this.#at++;
      text += /^[$`"\\]$/.test(next) ? next : character;
    }
  }

  #refuseUnquoted(character: string, at: number): void {
    if (/[$`*?[]/.test(character)) this.#refuse(character, NOTHING, at);
    if (!CONTROL.test(character)) return;
    const what =
      character === "\r" ? "a carriage return: lines of a script end in a line feed alone" : "a control character outside of quotes";
    throw new ScriptError(what, this.#source, at);
  }

  /** For what would be something else to a shell. */
  #refuse(character: string, why: string, at: number): never {
    const name = /^\$(\w+)?/.exec(this.#source.slice(at, at + LONGEST_SHOWN))?.[0];
    const text =
      character === "`"
        ? `a backquote: ${why}; a backslash before it makes it a character`
        : `\`${name ?? character}\`: ${why}; \`\\${character}\` is the character itself`;
    throw new ScriptError(text, this.#source, at);
  }
}

/** How much of a name is shown. */
const LONGEST_SHOWN = 40;

const endOr = (source: string, index: number): number => (index < 0 ? source.length : index);
