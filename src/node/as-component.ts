/**
 * Makes of the bytes of a file a component: says plainly what they are if they are none, and adapts preview 1 modules.
 */
import { basename, extname } from "node:path";
import { adaptPreview1, FormatError, kindOf } from "../index.ts";
import { InputError } from "./input-error.ts";
import type { Preview1Kind } from "./preview1.ts";

export interface ComponentOf {
  readonly component: Uint8Array;
  /** What it was adapted as, if it was a core module. */
  readonly adapted: Preview1Kind | undefined;
}

export interface Adapting {
  /** By the adapter of jco, or not at all; by default, ours. */
  readonly adapt?: "jco" | "no" | undefined;
  /** A core module that would be adapted by ours stays one: `virtualize` does that itself. */
  readonly keepsModule?: boolean;
  /** A program of preview 1 ends with the code that it says. */
  readonly exitWithCode?: boolean;
  /** Called before jco adapts a core module. */
  readonly onAdapt?: () => void;
}

/**
 * `path` is what the file goes by in messages.
 * @throws InputError, FormatError, LinkError
 */
export async function asComponent(
  bytes: Uint8Array,
  path: string,
  { adapt, keepsModule = false, exitWithCode = false, onAdapt }: Adapting = {},
): Promise<ComponentOf> {
  switch (kindOf(bytes)) {
    case "component":
      return { component: bytes, adapted: undefined };
    case "core module": {
      if (adapt === "no") throw new InputError([`\`${path}\` is a core module, not a component, and \`--adapt no\` leaves it one`]);
      const { adaptByJco, ownKindOf, preview1KindOf } = await import("./preview1.ts");
      if (adapt !== "jco") {
        const kind = await decoding(path, () => ownKindOf(bytes));
        return { component: keepsModule ? bytes : await decoding(path, () => adaptPreview1(bytes, { exitWithCode })), adapted: kind };
      }
      const kind = await decoding(path, () => preview1KindOf(bytes));
      onAdapt?.();
      return { component: await adaptByJco(bytes), adapted: kind };
    }
    case "other":
      throw new InputError([`\`${path}\` ${whatElse(bytes)}`]);
  }
}

/** What a program finds as its name; what comes from standard input, `-`, has none. */
export const programName = (path: string): string => (path === "-" ? "app" : basename(path, extname(path)));

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
