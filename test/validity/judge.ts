/** Whether components are valid, by Wasmtime: many at once, because most are a few hundred bytes. */
import path from "node:path";
import { PYTHON } from "../hosts/wasmtime.ts";
import { standingChild } from "../hosts/standing-child.ts";

const ask = standingChild(PYTHON, [path.join(import.meta.dirname, "judge.py")]);

/**
 * `unrunnable` is valid, and more than Wasmtime can run: it is validated first. `feature` uses what is off there by
 * default, and may be valid.
 */
export type Verdict = "valid" | "unrunnable" | "feature" | { readonly invalid: string };

const UNRUNNABLE = /root-level|not (?:currently )?supported|unsupported type|is not implemented/;
const FEATURE = /feature|support for|proposal|is not active|disabled|must be enabled|immediate must be zero/;

function verdictOf(message: string | null): Verdict {
  if (message === null) return "valid";
  if (FEATURE.test(message)) return "feature";
  return UNRUNNABLE.test(message) ? "unrunnable" : { invalid: message };
}

export async function judge(components: readonly Uint8Array[]): Promise<readonly Verdict[]> {
  if (components.length === 0) return [];
  const encoded = components.map((each) => Buffer.from(each).toString("base64"));
  try {
    const messages = (await ask({ components: encoded })) as readonly (string | null)[];
    return messages.map(verdictOf);
  } catch (error) {
    // Wasmtime panics over some components that it has found valid. Which one it was is found by halves.
    if (!/panicked|SIG/.test(String(error))) throw error;
    if (components.length === 1) return ["unrunnable"];
    const half = components.length >> 1;
    return [...(await judge(components.slice(0, half))), ...(await judge(components.slice(half)))];
  }
}
