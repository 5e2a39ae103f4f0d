/**
 * Reads a file of variables by rules of our own, so that a file means the same on every Node. They are the rules that
 * shells, Docker and dotenv share; what these read differently is refused and not guessed.
 *
 *     line  = blanks | [blanks] "#" comment | [blanks] ["export" blanks] NAME [blanks] "=" [blanks] value
 *     NAME  = a letter or `_`, then letters, digits, `_`, `.` and `-`
 *     value = text up to the end of the line, or up to blanks and "#"
 *           | quoted, then blanks, or blanks and "#" and a comment
 *
 * Quotes are '…' and `…`, which know no escapes, and "…", which knows \n, \r, \t, \\ and \". A quoted value may go on
 * over several lines. Nothing is expanded: `$` is itself. Of two lines with one name, the last one counts.
 */

export interface EnvFile {
  readonly variables: ReadonlyMap<string, string>;
  /** Each begins with its line: "line 3 has no `=`". */
  readonly problems: readonly string[];
}

interface Assignment {
  readonly name: string;
  readonly value: string;
  /** The index of the line behind it. */
  readonly end: number;
}

/** `undefined` is a line that is not UTF-8. */
type Lines = readonly (string | undefined)[];

const NAME = /^[A-Za-z_][\w.-]*$/;
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", "\\": "\\", '"': '"' };
/** Other than a tab. */
const CONTROL = /[^\P{Cc}\t]/u;

export function parseEnvFile(bytes: Uint8Array): EnvFile {
  const variables = new Map<string, string>();
  const problems: string[] = [];
  const lines = linesOf(bytes);
  for (let index = 0; index < lines.length;) {
    try {
      const assignment = assignmentAt(lines, index);
      if (assignment !== undefined) variables.set(assignment.name, assignment.value);
      index = assignment?.end ?? index + 1;
    } catch (error) {
      if (!(error instanceof LineError)) throw error;
      problems.push(`line ${error.index + 1} ${error.message}`);
      index = error.index + 1;
    }
  }
  return { variables, problems };
}

class LineError extends Error {
  readonly index: number;
  constructor(index: number, message: string) {
    super(message);
    this.index = index;
  }
}

/** They end in LF or CRLF. */
function linesOf(bytes: Uint8Array): Lines {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const lines: (string | undefined)[] = [];
  for (let start = 0; start <= bytes.length;) {
    const found = bytes.indexOf(0x0a, start);
    const end = found < 0 ? bytes.length : found;
    try {
      lines.push(decoder.decode(bytes.subarray(start, end)).replace(/\r$/, ""));
    } catch {
      lines.push(undefined);
    }
    start = end + 1;
  }
  lines[0] = lines[0]?.replace(/^\u{feff}/u, "");
  return lines;
}

function lineAt(lines: Lines, index: number): string {
  const line = lines[index];
  if (line === undefined) throw new LineError(index, "is not UTF-8");
  if (line.includes("\0")) throw new LineError(index, "has a zero byte, which no variable can hold");
  return line;
}

/** `undefined` for a blank line and for a comment. */
function assignmentAt(lines: Lines, index: number): Assignment | undefined {
  const line = lineAt(lines, index);
  if (/^[ \t]*(#|$)/.test(line)) return undefined;
  const equals = line.indexOf("=");
  if (equals < 0) throw new LineError(index, "has no `=`: NAME=VALUE is wanted");
  const [, name = ""] = /^[ \t]*(?:export[ \t]+)?(.*?)[ \t]*$/s.exec(line.slice(0, equals)) ?? [];
  if (name === "") throw new LineError(index, "has no name before the `=`");
  if (!NAME.test(name))
    throw new LineError(index, `has the name \`${name}\`: a letter or \`_\` is wanted, then letters, digits, \`_\`, \`.\` and \`-\``);
  const rest = line.slice(equals + 1);
  const [, quote, text = ""] = /^[ \t]*(["'`])(.*)$/s.exec(rest) ?? [];
  return { name, ...(quote === undefined ? { value: plain(rest, index), end: index + 1 } : quoted(lines, index, text, quote)) };
}

function plain(text: string, index: number): string {
  const value = text.replace(/[ \t]+#.*$/s, "").replace(/^[ \t]+|[ \t]+$/g, "");
  if (value.includes("#"))
    throw new LineError(index, "has a `#` that some read as a comment and others as text: put a blank before it, or the value into quotes");
  if (CONTROL.test(value)) throw new LineError(index, "has a control character outside of quotes");
  return value;
}

/** `first` is what stands behind the opening quote. */
function quoted(lines: Lines, start: number, first: string, quote: string): Omit<Assignment, "name"> {
  let value = "";
  for (let index = start; index < lines.length; index++) {
    const text = index === start ? first : lineAt(lines, index);
    for (let at = 0; at < text.length; at++) {
      const character = text.charAt(at);
      if (character === quote) {
        if (!/^([ \t]*|[ \t]+#.*)$/s.test(text.slice(at + 1))) throw new LineError(index, "goes on behind the closing quote");
        return { value, end: index + 1 };
      }
      value += quote === '"' && character === "\\" ? escaped(text.charAt(++at), index) : character;
    }
    value += "\n";
  }
  throw new LineError(start, `has an opening \`${quote}\` that no other closes`);
}

function escaped(character: string, index: number): string {
  const escape = Object.hasOwn(ESCAPES, character) ? ESCAPES[character] : undefined;
  if (escape !== undefined) return escape;
  throw new LineError(
    index,
    `has \`\\${character}\` in double quotes, which know \\n, \\r, \\t, \\\\ and \\" only: single quotes take it as it is`,
  );
}
