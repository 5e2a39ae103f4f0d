/**
 * What other tools say of what is wrong: often many lines, with a chain of causes, or with frames of a stack. Our errors say it in
 * a clause, and have all of it as their cause, which `--verbose` prints.
 */

/** A text that a tool has printed. */
export class ToolOutput extends Error {
  override readonly name = "ToolOutput";
  constructor(text: string) {
    super(text.trim());
    // Whose lines have made it says nothing.
    this.stack = this.message;
  }
}

const CAUSED_BY = /^\s*Caused by:\s*$/;
/** Of a stack in JavaScript, and of a trace of Wasmtime, behind whose last frame the reason may stand. */
const FRAME = /^\s+at .*|^\s*\d+:\s+(?:0x\w+ - )?\S*!<wasm function \d+>(?:: )?|^.*wasm backtrace:$/;
/** What marks causes: a number, or a `$` for the innermost of what went before. */
const MARK = /^\s*(?:\d+: )?\$?\s*/;
const LONGEST = 400;

/** Of a chain of causes the innermost two, which say what was done and what was wrong; else the first line. */
export function toolSentence(cause: unknown): string {
  const lines = (cause instanceof Error ? cause.message : String(cause)).split("\n");
  const said = lines.map((line) => line.replace(FRAME, "")).filter((line) => line.trim() !== "");
  const chain = said.filter((line) => !CAUSED_BY.test(line)).map((line) => line.replace(MARK, "").replace(/[.:\s]+$/, ""));
  const shown = said.length > chain.length ? chain.slice(-2) : chain.slice(0, 1);
  const text = shown.length === 0 ? "it does not say why" : shown.join(": ");
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}
