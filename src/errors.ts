/// <reference lib="es2022.error" preserve="true" />
/**
 * Every error that a caller can expect. Anything else that is thrown is a bug of ours.
 * A message is one clause in lower case, names in backticks, what was found and what was wanted.
 */
import { visible } from "./visible.ts";

/**
 * The base of all expected failures; `code` is stable, the message is not. It may be printed as it is: names in it may
 * hold anything, and what would move a cursor or begin a line is replaced.
 */
export abstract class NestError extends Error {
  abstract readonly code: string;

  /** A message of several lines comes line by line. */
  constructor(message: string | readonly string[], options?: ErrorOptions) {
    super((typeof message === "string" ? [message] : message).map(visible).join("\n"), options);
  }
}

/** The input is not well-formed WebAssembly, or uses a part of it that we do not know. */
export class FormatError extends NestError {
  override readonly name = "FormatError";
  readonly code = "format";
  /** Byte offset from the start of the input. */
  readonly offset: number;

  constructor(message: string, offset: number, options?: ErrorOptions) {
    super(`${message} (at offset 0x${offset.toString(16)})`, options);
    this.offset = offset;
  }
}

/** What does not fit, as far as it is known. */
export interface Misfit {
  /** The name of the component's import, as it stands there. */
  readonly import?: string;
  /** What the import asks for: an item in WIT, such as `now: func() -> u64`, names of functions, or a kind. */
  readonly wanted?: string;
  /** What there is instead. */
  readonly found?: string;
}

/** The parts do not fit: an import that nothing can satisfy, types that disagree, an image too large. */
export class LinkError extends NestError implements Misfit {
  override readonly name = "LinkError";
  readonly code = "link";
  /** The name of the component's import that it is about, if it is about one. Anything may stand in it, as in `wanted` and `found`. */
  declare readonly import?: string;
  /** What the import asks for: an item in WIT, such as `now: func() -> u64`, names of functions, or a kind such as `instance`. */
  declare readonly wanted?: string;
  /** What there is instead, in the same form. */
  declare readonly found?: string;

  constructor(message: string | readonly string[], { import: name, wanted, found, ...options }: ErrorOptions & Misfit = {}) {
    super(message, options);
    if (name !== undefined) this.import = name;
    if (wanted !== undefined) this.wanted = wanted;
    if (found !== undefined) this.found = found;
  }
}

/** An option's value is not acceptable. `option` is its name in the library's options. */
export class OptionError extends NestError {
  override readonly name = "OptionError";
  readonly code = "option";
  readonly option: string;

  constructor(option: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.option = option;
  }
}

/** A script says what it cannot say. */
export class ScriptError extends NestError {
  override readonly name = "ScriptError";
  readonly code = "script";
  /** From 1 on. */
  readonly line: number;
  /** From 1 on, in characters. */
  readonly column: number;

  /** `index` is where in `source` it is, in UTF-16 units. */
  constructor(message: string, source: string, index: number) {
    const before = source.slice(0, index).split("\n");
    const column = [...(before.at(-1) ?? "")].length + 1;
    super(`${message} (at line ${before.length}, column ${column})`);
    this.line = before.length;
    this.column = column;
  }
}

/** The command line is at fault: exit code 2, and a word on where to read more. The library throws none. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  /** Whose help says more, "" for the command without a name. */
  command = "";

  of(command: string): this {
    this.command = command;
    return this;
  }
}
