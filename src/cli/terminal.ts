/**
 * The border to the terminal: all that people read goes out here, line by line. Names in it come from components, files
 * and arguments, and may hold anything; they are made visible here and nowhere before, so that no place can forget it.
 */
import { isatty } from "node:tty";
import { styleText } from "node:util";
import { InputError, reasonOf } from "../node/input-error.ts";
import { writeAll } from "../node/write-all.ts";
import { visible } from "../visible.ts";

export type Style = "bold" | "green" | "red" | "yellow";

/** Text that is shown in a style, where the terminal has any. */
export interface Styled {
  readonly style: Style;
  readonly text: string;
}

/** Without line breaks: one that a name holds is no line break. */
export type Line = string | readonly (string | Styled)[];

const STDOUT = 1;
const STDERR = 2;

/** Puts results on standard output. @throws InputError if they cannot be written, and what `node:fs` throws if nobody reads */
export function print(lines: readonly Line[]): void {
  printText(textOf(lines, hasStyles(STDOUT)));
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
    writeAll(STDERR, new TextEncoder().encode(textOf(lines, hasStyles(STDERR))));
  } catch {
    // There is nobody to tell.
  }
}

function printText(text: string): void {
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

const hasStyles = (descriptor: number): boolean => isatty(descriptor) && !process.env["NO_COLOR"];

/** With control sequences for the styles only. */
export function textOf(lines: readonly Line[], styles: boolean): string {
  const spanText = (span: string | Styled): string => {
    if (typeof span === "string") return visible(span);
    // Whether this terminal has styles has been asked already, and not of standard output only.
    return styles ? styleText(span.style, visible(span.text), { validateStream: false }) : visible(span.text);
  };
  return lines.map((line) => `${(typeof line === "string" ? [line] : line).map(spanText).join("")}\n`).join("");
}
