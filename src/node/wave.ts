/**
 * Values as WAVE, the text form of values of WIT: read into what jco takes in JavaScript, and printed of what jco gives.
 * Numbers and texts are printed as Wasmtime prints them.
 * https://github.com/bytecodealliance/wasm-tools/blob/main/crates/wasm-wave/README.md
 */
import { counted } from "../amounts.ts";
import type { DefinedType, FuncType, PrimValType, ValType } from "../component/types.ts";
import { funcText, typeText, waveCase } from "../component/wit.ts";
import { OptionError } from "../errors.ts";
import { visible } from "../visible.ts";
import { camel } from "./check-adapter.ts";

const ESCAPE = String.raw`\\(?:['"tnr\\]|u\{[\da-fA-F]{1,6}\})`;
/**
 * Behind spaces and comments: strings of several lines and of one, characters, numbers, labels, the empty record, and anything else
 * that is one character.
 */
const TOKEN = new RegExp(
  [
    String.raw`(?:[ \t\r\n]|//[^\n]*)*("""[^]*?"""|"(?:[^\\"\n]|${ESCAPE})*"|'(?:[^\\'\n]|${ESCAPE})'`,
    String.raw`-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?|-inf|%?[a-zA-Z][a-zA-Z\d-]*|\{[ \t\r\n]*:[ \t\r\n]*\}|[^])?`,
  ].join("|"),
  "yu",
);
/** What stands behind a backslash, and what it means. */
const SIGNS = "tnr\"'\\";
const MEANT = "\t\n\r\"'\\";
/** Characters of a text in a message. */
const LONGEST = 120;

/**
 * The arguments of a call, from the parenthesis on, as jco takes them. Without one there are none; each `none` at the end may be left out.
 * @throws OptionError
 */
export const readArgs = (text: string, label: string, type: FuncType): readonly unknown[] => new WaveReader(text).args(label, type);

class WaveReader {
  readonly #text: string;
  #at = 0;
  /** The next one; empty at the end. */
  #token = "";

  constructor(text: string) {
    this.#text = text;
    this.#next();
  }

  args(label: string, type: FuncType): readonly unknown[] {
    const takes = `\`${shortened(funcText(label, type, noName))}\` takes ${counted(type.params.length, "argument")}`;
    const isOpen = this.#eat("(");
    const args: unknown[] = [];
    for (const { label: name, type: each } of type.params) {
      if (isOpen && this.#token !== ")") {
        args.push(this.#value(each, name));
        if (this.#token !== ")" && !this.#eat(",")) this.#refuse("`,` or `)` is wanted");
      } else args.push(isOption(each) ? chosen(each, "none") : fail(`${takes}, found ${args.length}`));
    }
    if (isOpen && !this.#eat(")")) this.#refuse(`${takes}, then \`)\``);
    if (this.#token !== "") this.#refuse("nothing more is wanted");
    return args;
  }

  #value(type: ValType, place: string): unknown {
    const refuse = (): never => this.#refuse(`\`${place}\` is \`${textOf(type)}\``);
    if (typeof type === "string") return this.#primitive(type, refuse);
    const part = (each: ValType | undefined, step: string): unknown => this.#value(each ?? refuse(), place + step);
    switch (type.kind) {
      case "list":
        // Traces print bytes as text where they are text.
        if (type.element === "u8" && this.#token.startsWith('"')) return new TextEncoder().encode(this.#string(refuse));
        return this.#all("[]", refuse, (i) => part(type.element, `[${i}]`));
      case "fixed list":
        return this.#all("[]", refuse, (i) => part(type.element, `[${i}]`), type.length);
      case "map":
        return new Map(this.#all("[]", refuse, (i) => part(pairOf(type), `[${i}]`) as [unknown, unknown])); // tuples are arrays
      case "tuple":
        return this.#all("()", refuse, (i) => part(type.types[i], `.${i}`), type.types.length);
      case "flags": {
        const given = this.#labelled(type.labels, refuse);
        return Object.fromEntries(type.labels.map((label) => [camel(label), given.has(label)]));
      }
      case "record": {
        const labels = type.fields.map(({ label }) => label);
        const given = this.#labelled(labels, refuse, (i) => {
          if (!this.#eat(":")) refuse();
          return part(type.fields[i]?.type, `.${labels[i]}`);
        });
        const fieldOf = (label: string, each: ValType): unknown => {
          if (given.has(label)) return given.get(label);
          return isOption(each) ? chosen(each, "none") : fail(`\`${place}\` has no \`${label}\`, which is \`${textOf(each)}\``);
        };
        return Object.fromEntries(type.fields.map((each) => [camel(each.label), fieldOf(each.label, each.type)]));
      }
      default: {
        const token = this.#token;
        const found = casesOf(type).find(([text]) => token === text || (token === `%${text}` && !isWord(text)));
        if (found === undefined) {
          const flat = type.kind === "option" ? type.some : type.kind === "result" ? type.ok : undefined;
          if (flat === undefined || isWord(casesOf(flat)[0]?.[0])) return refuse();
          return chosen(type, "ok", this.#value(flat, place));
        }
        this.#next();
        const [text, payload] = found;
        return chosen(type, text, payload && this.#all("()", refuse, () => part(payload, ""), 1)[0]);
      }
    }
  }

  /** What stands between brackets, with commas between and perhaps behind. */
  #all<T>([begin = "", end = ""]: string, refuse: () => never, each: (index: number) => T, length?: number): T[] {
    if (!this.#eat(begin)) refuse();
    const found: T[] = [];
    while (this.#token !== end && found.length !== length) {
      found.push(each(found.length));
      if (!this.#eat(",")) break;
    }
    if (found.length !== (length ?? found.length) || !this.#eat(end)) refuse();
    return found;
  }

  /** What `each` reads behind labels; none is there twice. Only where it does, nothing is `{:}`. */
  #labelled(labels: readonly string[], refuse: () => never, each?: (index: number) => unknown): ReadonlyMap<string, unknown> {
    const found = new Map<string, unknown>();
    if (each !== undefined && /^\{./s.test(this.#token)) this.#next();
    else
      this.#all("{}", refuse, () => {
        const label = this.#token.replace("%", "");
        const index = labels.indexOf(label);
        if (index < 0 || found.has(label)) refuse();
        this.#next();
        found.set(label, each?.(index));
      });
    return found;
  }

  #primitive(type: PrimValType, refuse: () => never): unknown {
    const token = this.#token;
    const want = (pattern: RegExp): void => (pattern.test(token) ? this.#next() : refuse());
    switch (type) {
      case "bool":
        want(/^(true|false)$/);
        return token === "true";
      case "char":
        want(/^'./s);
        return unescaped(token.slice(1, -1));
      case "string":
        return this.#string(refuse);
      case "f32":
      case "f64": {
        want(/^(nan|-?inf|-?\d.*)$/);
        const value = Number(token.replace("inf", "Infinity"));
        return type === "f32" ? Math.fround(value) : value;
      }
      default: {
        const bits = Number(type.slice(1));
        const value = /^-?\d+$/.test(token) ? BigInt(token) : refuse();
        if ((type.startsWith("u") ? BigInt.asUintN(bits, value) : BigInt.asIntN(bits, value)) !== value) refuse();
        this.#next();
        return bits === 64 ? value : Number(value);
      }
    }
  }

  #string(refuse: () => never): string {
    const token = this.#token;
    const [first = "", ...lines] = token.slice(3, -3).split(/\r?\n/);
    const indent = lines.pop();
    const isLong = token.startsWith('"""');
    // It begins behind a line end, and no line begins left of where it ends.
    const isWrong = first !== "" || indent === undefined || /[^ ]/.test(indent) || lines.some((line) => !line.startsWith(indent));
    if (isLong ? isWrong : !/^"[^]*"$/.test(token)) refuse();
    this.#next();
    return unescaped(isLong ? lines.map((line) => line.slice(indent?.length)).join("\n") : token.slice(1, -1));
  }

  #eat(token: string): boolean {
    if (this.#token !== token) return false;
    this.#next();
    return true;
  }

  #next(): void {
    TOKEN.lastIndex = this.#at;
    const [, token = ""] = TOKEN.exec(this.#text) ?? [];
    this.#at = TOKEN.lastIndex;
    this.#token = token;
  }

  #refuse(wanted: string): never {
    // What begins like a token and is none is shown with what follows.
    const found = /^["'\\]$/.test(this.#token) ? this.#text.slice(this.#at - 1) : this.#token;
    return fail(`${wanted}, found ${found === "" ? "the end" : `\`${shortened(found)}\``}`);
  }
}

function unescaped(text: string): string {
  return text.replace(/\\(?:u\{([\da-fA-F]{1,6})\}|([^]?))/g, (escape, hex: string | undefined, sign: string) => {
    const code = Number.parseInt(hex ?? "", 16);
    const meant = hex === undefined ? MEANT[SIGNS.indexOf(sign || " ")] : undefined;
    if (meant !== undefined) return meant;
    return code < 0x110000 && code >>> 11 !== 0x1b ? String.fromCodePoint(code) : fail(`\`${escape}\` is no character`);
  });
}

function fail(text: string): never {
  throw new OptionError("invoke", `\`--invoke\`: ${text}`);
}

const noName = (): undefined => undefined;
const textOf = (type: ValType): string => shortened(typeText(type, noName));
export const shortened = (text: string): string => visible(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);

type Kind<K> = Extract<DefinedType, { readonly kind: K }>;
const isOption = (type: ValType): type is Kind<"option"> => typeof type === "object" && type.kind === "option";
/** Whether a case is one of an option or a result: those of others have a `%` before such a name. */
const isWord = (text = ""): boolean => waveCase(text) !== text;
const pairOf = ({ key, value }: Kind<"map">): ValType => ({ kind: "tuple", types: [key, value] });

/** Cases as they are written, with what they hold. None for what has none. */
function casesOf(type: ValType): readonly (readonly [text: string, payload?: ValType | undefined])[] {
  if (typeof type === "string") return [];
  if (type.kind === "variant") return type.cases.map((each) => [waveCase(each.label), each.type]);
  if (type.kind === "enum") return type.labels.map((label) => [waveCase(label)]);
  if (type.kind === "option") return [["none"], ["some", type.some]];
  return type.kind === "result"
    ? [
        ["ok", type.ok],
        ["err", type.error],
      ]
    : [];
}

/** A case as jco has it: of an option the value itself, but of one that holds an option. */
function chosen(type: ValType, text: string, val?: unknown): unknown {
  const tag = text.replace("%", "");
  if (typeof type === "object" && type.kind === "enum") return tag;
  return isOption(type) && !isOption(type.some) ? val : { tag, val };
}

/** `value` is what jco gives for a value of this type. */
export function wave(type: ValType, value: unknown): string {
  if (typeof type === "string") return primitiveText(type, value);
  const list = ([begin, end]: string, texts: readonly string[]): string => `${begin}${texts.join(", ")}${end}`;
  switch (type.kind) {
    case "list":
    case "fixed list":
      return list(
        "[]",
        Array.from(value as Iterable<unknown>, (each) => wave(type.element, each)),
      );
    case "map":
      return wave({ kind: "list", element: pairOf(type) }, value);
    case "tuple":
      return list(
        "()",
        type.types.map((each, i) => wave(each, (value as readonly unknown[])[i])),
      );
    case "flags":
      return list(
        "{}",
        type.labels.filter((label) => (value as Fields)[camel(label)]),
      );
    case "record": {
      const fields = type.fields.map(({ label, type: each }) => {
        const text = wave(each, (value as Fields)[camel(label)]);
        return isOption(each) && text === "none" ? "" : `${label}: ${text}`;
      });
      return `{${fields.filter((text) => text !== "").join(", ") || ":"}}`;
    }
    default: {
      const [tag, val] = caseOf(type, value);
      const [text = "", payload] = casesOf(type).find(([each]) => each.replace("%", "") === tag) ?? [];
      return payload === undefined ? text : `${text}(${wave(payload, val)})`;
    }
  }
}

type Fields = Readonly<Record<string, unknown>>;

function caseOf(type: ValType, value: unknown): readonly [tag: unknown, val?: unknown] {
  if (isOption(type) && !isOption(type.some)) return value === undefined ? ["none"] : ["some", value];
  if (typeof value === "string") return [value];
  const { tag, val } = value as Fields;
  return [tag, val];
}

function primitiveText(type: PrimValType, value: unknown): string {
  const text = String(value);
  if (type === "f32" || type === "f64") return decimal(Number(value), type === "f32");
  const quote = type === "char" ? "'" : type === "string" ? '"' : undefined;
  return quote === undefined ? text : quote + Array.from(text, escaped).join("") + quote;
}

/** What is not to be seen is escaped, and what joins the character before. */
function escaped(char: string): string {
  const sign = SIGNS[MEANT.indexOf(char)];
  if (sign !== undefined) return `\\${sign}`;
  // The fillers of Hangul are letters, and blank.
  const isSeen = char === " " || /[^\p{C}\p{Z}\p{Grapheme_Extend}\u115f\u1160\u3164\uffa0]/u.test(char);
  return isSeen ? char : `\\u{${char.codePointAt(0)?.toString(16)}}`;
}

/** The fewest digits that mean the number, without an exponent. */
function decimal(value: number, isSingle: boolean): string {
  if (!Number.isFinite(value)) return String(value).replace("NaN", "nan").replace("Infinity", "inf");
  const size = Math.abs(value);
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  for (let places = 0; ; places++) {
    const [digits = "", exponent] = size.toExponential(places).replace(".", "").split("e");
    const power = Number(exponent) - places;
    // Below a power of two numbers are closer together: what is next above may mean it when the nearest does not.
    for (const each of [digits, String(BigInt(digits) + 1n)]) {
      const meant = Number(`${each}e${power}`);
      if ((isSingle ? Math.fround(meant) : meant) !== size) continue;
      if (power >= 0) return sign + each + "0".repeat(power);
      const padded = each.padStart(1 - power, "0");
      return `${sign}${padded.slice(0, power)}.${padded.slice(power)}`;
    }
  }
}
