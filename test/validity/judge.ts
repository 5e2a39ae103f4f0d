/** Whether components are valid, by Wasmtime: many at once, because most are a few hundred bytes. */
import path from "node:path";
import { PYTHON } from "../hosts/wasmtime.ts";
import { standingChild } from "../hosts/standing-child.ts";

const ask = standingChild(PYTHON, [path.join(import.meta.dirname, "judge.py")]);

export type Verdict = "valid" | "unsupported" | { readonly invalid: string };

/** What is not wrong with a component and yet more than the host does. */
const UNSUPPORTED =
  /feature|not supported|unsupported|support for|proposal|is not active|root-level|not implemented|disabled|must be enabled|immediate must be zero/;

export async function judge(components: readonly Uint8Array[]): Promise<readonly Verdict[]> {
  if (components.length === 0) return [];
  const encoded = components.map((each) => Buffer.from(each).toString("base64"));
  try {
    const messages = (await ask({ components: encoded })) as readonly (string | null)[];
    return messages.map((message) => {
      if (message === null) return "valid";
      return UNSUPPORTED.test(message) ? "unsupported" : { invalid: message };
    });
  } catch (error) {
    // Wasmtime panics over some components that it has found valid. Which one it was is found by halves.
    if (!/panicked|SIG/.test(String(error))) throw error;
    if (components.length === 1) return ["unsupported"];
    const half = components.length >> 1;
    return [...(await judge(components.slice(0, half))), ...(await judge(components.slice(half)))];
  }
}
