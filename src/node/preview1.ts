/**
 * WASI preview 1 core modules: what they are, and making components of them with the adapter that jco
 * ships. jco is loaded only when there is something to adapt.
 */
import { article } from "../article.ts";
import { readFile } from "node:fs/promises";
import { PREAMBLE_LENGTH } from "../binary/component.ts";
import { SECTION } from "../binary/core-module.ts";
import { Reader } from "../binary/reader.ts";
import { LinkError } from "../errors.ts";
import { bytes, check, word } from "../shapes.ts";
import { JCO, needed } from "./optional-packages.ts";
import { toolSentence } from "./tool-message.ts";

/** A program with `_start`, or a library. */
export type Preview1Kind = "command" | "reactor";

export interface Preview1Module {
  readonly kind: Preview1Kind;
  /** What is known not to work once it is adapted. */
  readonly warnings: readonly string[];
}

/**
 * Looks at a core module's exports and custom sections.
 * @throws FormatError
 */
export function preview1ModuleOf(module: Uint8Array): Preview1Module {
  check(bytes, module, "module");
  const reader = new Reader(module, 0, "the core module", PREAMBLE_LENGTH);
  const exports = new Set<string>();
  let isGo = false;
  while (!reader.done) {
    const id = reader.byte();
    const section = reader.window(reader.u32(), "the section");
    if (id === SECTION.export) for (const name of exportNames(section)) exports.add(name);
    if (id === SECTION.custom) isGo ||= isMadeByGo(section);
  }
  const warning =
    "the module was made by Go, which manages memory in a way that the preview 1 adapter cannot work with: it will probably trap as soon as it starts";
  return { kind: exports.has("_start") ? "command" : "reactor", warnings: isGo && !exports.has("cabi_realloc") ? [warning] : [] };
}

function exportNames(section: Reader): readonly string[] {
  return Array.from({ length: section.u32() }, () => {
    const name = section.name();
    section.byte();
    section.u32();
    return name;
  });
}

/** `producers ::= field*`, `field ::= name vec(name version)`. TinyGo does not name Go's own compiler. */
function isMadeByGo(section: Reader): boolean {
  const name = section.name();
  if (name === "go:buildid" || name === "go.buildid") return true;
  if (name !== "producers") return false;
  for (let fields = section.u32(); fields > 0; fields--) {
    section.name();
    for (let values = section.u32(); values > 0; values--) {
      if (section.name() === "Go cmd/compile") return true;
      section.name();
    }
  }
  return false;
}

/**
 * A component that does what the module does, by way of WASI 0.2.
 * @throws LinkError if the module cannot be made one
 */
export async function adaptPreview1(module: Uint8Array, kind: Preview1Kind): Promise<Uint8Array> {
  check(bytes, module, "module");
  check(word("command", "reactor"), kind, "kind");
  const jco = await needed<typeof import("@bytecodealliance/jco")>(JCO, "makes components of core modules of WASI preview 1");
  const adapter = await readFile(kind === "command" ? jco.preview1AdapterCommandPath() : jco.preview1AdapterReactorPath());
  try {
    return await jco.componentNew(module, [["wasi_snapshot_preview1", adapter]]);
  } catch (cause) {
    throw new LinkError(`the core module cannot be adapted as ${article(kind)}: ${toolSentence(cause)}`, { cause });
  }
}
