/**
 * Reads a script: the part of POSIX shell in which programs are run and connected, and nothing is expanded.
 *
 *     script   = [newlines] list [newlines]
 *     list     = and-or { (";" | newline) [newlines] and-or } [";" [newlines]]
 *     and-or   = pipe { ("&&" | "||") [newlines] pipe }             equal in rank, from left to right
 *     pipe     = stage { "|" [newlines] stage }
 *     stage    = "(" [newlines] list [newlines] ")" { redirection }
 *              | { NAME=value | redirection } program { word | redirection }
 *
 * A shell knows more words and operators than these; each is refused in a sentence, with what to write where there is a way.
 */
import { ScriptError } from "../errors.ts";
import { check, only } from "../shapes.ts";
import { type Command, MOST_COMMANDS, type Output, type Redirection, type Script } from "./script.ts";
import { assignedName, type RedirectionOperator, type Token, tokensOf, type Word } from "./tokens.ts";

const string = only("a string", (value) => typeof value === "string");
/** What a shell takes for a part of its grammar where a command begins. */
const RESERVED = new Set("! { } case do done elif else esac fi for if in then until while".split(" "));
/** So many levels of `( )` go into one another. */
const DEEPEST = 100;

/**
 * @throws ScriptError for what is not understood, with its line and column
 * @throws OptionError for what is no text
 */
export function parseScript(source: string): Script {
  check(string, source, "source");
  return new Parser(source).script();
}

class Parser {
  readonly #source: string;
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;
  #commands = 0;

  constructor(source: string) {
    this.#source = source;
    this.#tokens = tokensOf(source);
  }

  script(): Script {
    this.#skipNewlines();
    if (this.#token.kind === "end") throw new ScriptError("the script is empty: it has no command", this.#source, 0);
    const script = this.#list();
    const { start } = this.#token;
    if (this.#isOperator(")")) throw new ScriptError("`)` closes nothing", this.#source, start);
    return script;
  }

  get #token(): Token {
    return this.#tokens[this.#next] ?? { kind: "end", start: this.#source.length };
  }

  #isOperator(...texts: readonly string[]): boolean {
    const token = this.#token;
    return token.kind === "operator" && texts.includes(token.text);
  }

  #skipNewlines(): void {
    while (this.#isOperator("\n")) this.#next++;
  }

  #list(): Script {
    let script = this.#andOr();
    while (this.#isOperator(";", "\n")) {
      this.#next++;
      this.#skipNewlines();
      if (this.#token.kind === "end" || this.#isOperator(")")) break;
      script = { kind: "sequence", left: script, right: this.#andOr() };
    }
    return script;
  }

  #andOr(): Script {
    let script = this.#pipe();
    while (this.#isOperator("&&", "||")) {
      const kind = this.#isOperator("&&") ? "and" : "or";
      this.#next++;
      this.#skipNewlines();
      script = { kind, left: script, right: this.#pipe() };
    }
    return script;
  }

  #pipe(): Script {
    const first = this.#stage();
    const stages = [first];
    while (this.#isOperator("|")) {
      this.#next++;
      this.#skipNewlines();
      stages.push(this.#stage());
    }
    return stages.length === 1 ? first : { kind: "pipe", stages };
  }

  #stage(): Script {
    if (!this.#isOperator("(")) return this.#command();
    const { start } = this.#token;
    this.#next++;
    if (++this.#depth > DEEPEST) throw new ScriptError(`\`(\` lies in ${DEEPEST} others, which is the limit`, this.#source, start);
    this.#skipNewlines();
    if (this.#isOperator(")")) throw new ScriptError("`( )` has no command in it", this.#source, start);
    const body = this.#list();
    if (!this.#isOperator(")")) throw new ScriptError("`(` opens a group that nothing closes", this.#source, start);
    this.#next++;
    this.#depth--;
    const redirections: Redirection[] = [];
    for (let token = this.#token; token.kind === "redirection"; token = this.#token) redirections.push(...this.#redirection(token));
    const behind = this.#token;
    if (behind.kind === "word" || this.#isOperator("("))
      throw new ScriptError(`${shown(behind)} behind \`)\`: an operator or the end is wanted there`, this.#source, behind.start);
    return { kind: "group", body, redirections };
  }

  #command(): Command {
    const { start } = this.#token;
    const env: (readonly [string, string])[] = [];
    const words: string[] = [];
    const redirections: Redirection[] = [];
    for (let token = this.#token; token.kind === "word" || token.kind === "redirection"; token = this.#token) {
      if (token.kind === "redirection") {
        redirections.push(...this.#redirection(token));
        continue;
      }
      this.#next++;
      const name = words.length === 0 ? assignedName(token) : undefined;
      if (name !== undefined) env.push([name, token.text.slice(name.length + 1)]);
      else if (words.length === 0) words.push(this.#program(token));
      else words.push(token.text);
    }
    const [program, ...args] = words;
    const end = this.#token;
    if (program === undefined) throw this.#missing(start, env[0]?.[0], redirections.length > 0);
    if (this.#isOperator("("))
      throw new ScriptError("`(` inside of a command: a script has no functions; quotes make it a character", this.#source, end.start);
    if (++this.#commands > MOST_COMMANDS)
      throw new ScriptError(`the script has more than ${MOST_COMMANDS} commands, which is the limit`, this.#source, start);
    return { kind: "command", program, args, env, redirections };
  }

  #program({ text, bare, start }: Word): string {
    if (text === "") throw new ScriptError("the name of a program is empty", this.#source, start);
    if (!RESERVED.has(bare)) return text;
    const instead = text === "{" || text === "}" ? "`( )` makes a group" : "a script has `|`, `&&`, `||`, `;` and `( )`";
    throw new ScriptError(
      `\`${text}\` is a word of the shell's own: ${instead}; \`'${text}'\` is a program of that name`,
      this.#source,
      start,
    );
  }

  #missing(start: number, variable: string | undefined, isRedirected: boolean): ScriptError {
    if (variable !== undefined)
      return new ScriptError(`\`${variable}=\` without a command: a variable is given to one command, behind it`, this.#source, start);
    if (isRedirected) return new ScriptError("a redirection without a command", this.#source, start);
    const before = this.#tokens[this.#next - 1];
    const place = before === undefined ? `before ${shown(this.#token)}` : `behind ${shown(before)}`;
    return new ScriptError(`a command is missing ${place}`, this.#source, (before ?? this.#token).start);
  }

  /** None for one that changes nothing, such as `2>&2`. */
  #redirection(operator: RedirectionOperator): readonly Redirection[] {
    const { text, descriptor, start } = operator;
    this.#next++;
    const target = this.#token;
    if (target.kind !== "word")
      throw new ScriptError(`\`${descriptor}${text}\` wants a file behind it, found ${shown(target)}`, this.#source, start);
    this.#next++;
    if (text === "<" && (descriptor === "" || descriptor === "0")) return [{ kind: "input", path: this.#path(target) }];
    const from = text === "<" ? undefined : outputOf(descriptor === "" ? "1" : descriptor);
    if (from === undefined)
      throw new ScriptError(
        `\`${descriptor}${text}\` is not supported: a program has \`<\`, \`>\` and \`2>\`, its three standard streams`,
        this.#source,
        start,
      );
    if (text !== ">&") return [{ kind: text === ">>" ? "append" : "output", from, path: this.#path(target) }];
    const to = outputOf(target.bare);
    if (to === undefined)
      throw new ScriptError(
        `\`${descriptor}>&\` is followed by \`${target.text}\`: \`2>&1\` and \`1>&2\` are supported; \`> FILE 2>&1\` sends both outputs to a file`,
        this.#source,
        start,
      );
    return from === to ? [] : [{ kind: "duplicate", from, to }];
  }

  #path({ text, start }: Word): string {
    if (text === "") throw new ScriptError("the name of a file is empty", this.#source, start);
    return text;
  }
}

const outputOf = (digit: string): Output | undefined => (digit === "1" ? "stdout" : digit === "2" ? "stderr" : undefined);

function shown(token: Token): string {
  if (token.kind === "end") return "the end";
  if (token.kind === "redirection") return `\`${token.descriptor}${token.text}\``;
  return token.text === "\n" ? "the end of the line" : `\`${token.text}\``;
}
