/**
 * The border to the terminal: all that people read goes out here, line by line. Names in it come from components, files
 * and arguments, and may hold anything; they are made visible here and nowhere before, so that no place can forget it.
 */
import { styleText } from "node:util";
import { shapeOf } from "../node/file-bytes.ts";
import { InputError, reasonOf } from "../node/input-error.ts";
import { writeAll } from "../node/write-all.ts";
import { visible } from "../visible.ts";
import { broken } from "./broken-lines.ts";

export type Style = "bold" | "green" | "red" | "yellow";

/** Text that is shown in a style, where the terminal has any. */
export interface Styled {
  readonly style: Style;
  readonly text: string;
}

/** Without line breaks: one that a name holds is no line break. */
export type Line = string | readonly (string | Styled)[];

export const STDOUT = 1;
export const STDERR = 2;

/** Puts results on standard output. @throws InputError if they cannot be written, and what `node:fs` throws if nobody reads */
export function print(lines: readonly Line[]): void {
  printText(textOf(lines, hasStyles(STDOUT), widthOf(STDOUT)));
}

/** Puts a value on standard output for programs. What a terminal would obey is escaped, and so is the same value. */
export function printJson(value: unknown): void {
  const escape = (character: string): string =>
    [...Array(character.length).keys()].map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, "0")}`).join("");
  printText(`${JSON.stringify(value, undefined, 2).replace(/(?!\n)[\p{C}\p{Zl}\p{Zp}]/gu, escape)}\n`);
}

/** Says something on standard error. */
export function say(lines: readonly Line[]): void {
  try {
    writeAll(STDERR, new TextEncoder().encode(textOf(lines, hasStyles(STDERR), widthOf(STDERR))));
  } catch {
    // There is nobody to tell.
  }
}

/** Puts text on standard output as it is, for programs. */
export function printText(text: string): void {
  try {
    writeAll(STDOUT, new TextEncoder().encode(text));
  } catch (error) {
    throw cannotWrite("standard output", error);
  }
}

/** What `error` says of writing to a place, be it a path in backticks; an error that says nothing of that is a bug, and is thrown. */
export function cannotWrite(place: string, error: unknown): unknown {
  // Whoever read our output has heard enough.
  if (error instanceof InputError || (error as NodeJS.ErrnoException).code === "EPIPE") return error;
  return new InputError([`${place} ${reasonOf(error).replace("cannot be read", "cannot be written")}`]);
}

/** As Node has it: FORCE_COLOR counts before NO_COLOR. */
function hasStyles(descriptor: number): boolean {
  const { FORCE_COLOR: forced, NO_COLOR: none } = process.env;
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  return isTerminal(descriptor) && !none;
}

/** Node's own answer is asked for only where it can be yes: to load it takes as long as composing. */
export function isTerminal(descriptor: number): boolean {
  try {
    if (!shapeOf(descriptor).isCharacterDevice) return false;
  } catch {
    // Not every system says what its consoles are.
  }
  return process.getBuiltinModule("node:tty").isatty(descriptor);
}

/** What is no terminal gets each line whole. */
function widthOf(descriptor: typeof STDOUT | typeof STDERR): number {
  if (!isTerminal(descriptor)) return Infinity;
  const { columns } = descriptor === STDOUT ? process.stdout : process.stderr;
  return columns > 0 ? columns : Infinity;
}

/** With control sequences for the styles only, and lines no longer than `width` where their words allow it. */
export function textOf(lines: readonly Line[], styles: boolean, width: number = Infinity): string {
  // Whether this terminal has styles has been asked already, and not of standard output only.
  const spanText = ({ text, style }: Span): string =>
    styles && style !== undefined ? styleText(style, text, { validateStream: false }) : text;
  return lines
    .flatMap((line) => brokenLine((typeof line === "string" ? [line] : line).map(spanOf), width))
    .map((spans) => `${spans.map(spanText).join("")}\n`)
    .join("");
}

interface Span {
  readonly text: string;
  readonly style: Style | undefined;
}

function spanOf(span: string | Styled): Span {
  return typeof span === "string" ? { text: visible(span), style: undefined } : { text: visible(span.text), style: span.style };
}

function brokenLine(spans: readonly Span[], width: number): readonly (readonly Span[])[] {
  const text = spans.map((span) => span.text).join("");
  if (text.length <= width) return [spans];
  const { pieces, first, indent } = broken(text, width);
  return pieces.map(([start, end], i) => {
    let at = 0;
    const cut = spans.map(({ text: all, style }) => {
      const from = at;
      at += all.length;
      return { text: all.slice(Math.max(0, start - from), Math.max(0, end - from)), style };
    });
    return [{ text: " ".repeat(i === 0 ? first : indent), style: undefined }, ...cut].filter((span) => span.text !== "");
  });
}
