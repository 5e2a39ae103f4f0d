/**
 * Reads what the user gives as a component, says plainly what it is if it is none, and adapts preview 1 modules.
 */
import { FormatError, kindOf } from "../index.ts";
import { InputError } from "../node/input-error.ts";
import type { Preview1Kind } from "../node/preview1.ts";
import { readInput } from "./inputs.ts";
import type { Progress } from "./progress.ts";

export interface Input {
  readonly component: Uint8Array;
  /** What it was adapted as, if it was a core module. */
  readonly adapted: Preview1Kind | undefined;
  readonly warnings: readonly string[];
}

/**
 * `read` may leave out of a component what the caller does not look into.
 * @throws InputError, FormatError, LinkError
 */
export async function readComponent(
  path: string,
  adapt: Preview1Kind | "no" | undefined,
  progress: Progress,
  read?: (path: string) => Uint8Array,
): Promise<Input> {
  const bytes = readInput(path, read);
  switch (kindOf(bytes)) {
    case "component":
      return { component: bytes, adapted: undefined, warnings: [] };
    case "core module": {
      if (adapt === "no") throw new InputError([`\`${path}\` is a core module, not a component, and \`--adapt no\` leaves it one`]);
      const { adaptPreview1, preview1ModuleOf } = await import("../node/preview1.ts");
      const { kind, warnings } = await decoding(path, () => preview1ModuleOf(bytes));
      progress.note(`adapting ${path}`);
      return { component: await adaptPreview1(bytes, adapt ?? kind), adapted: adapt ?? kind, warnings };
    }
    case "other":
      throw new InputError([`\`${path}\` ${whatElse(bytes)}`]);
  }
}

/** Adds to a format error which file has it. */
export async function decoding<T>(path: string, decode: () => T | Promise<T>): Promise<T> {
  try {
    return await decode();
  } catch (cause) {
    if (!(cause instanceof FormatError)) throw cause;
    throw new InputError([`\`${path}\` is not well-formed`], undefined, { cause });
  }
}

const MAGIC = "\0asm";

function whatElse(bytes: Uint8Array): string {
  if (bytes.length === 0) return "is empty";
  const start = String.fromCharCode(...bytes.subarray(0, 256));
  if (start.startsWith(MAGIC))
    return bytes.length < 8 ? "is cut off after its first bytes" : "is WebAssembly of a version that is not known";
  if (/^\s*(;;.*\s*)*\(\s*(component|module)\b/.test(start))
    return "is WebAssembly in its text form: assemble it first, for example with `npx jco parse`";
  return MAGIC.startsWith(start) ? "is cut off after its first bytes" : "is not WebAssembly";
}
