/**
 * Core modules of WASI preview 1 by the adapter that jco ships, for comparison with ours (../preview1). jco is loaded only when
 * there is something to adapt.
 */
import { readFile } from "node:fs/promises";
import { article } from "../article.ts";
import { CoreTypes } from "../component/core-types.ts";
import { typeOfModule } from "../component/core-modules.ts";
import { Work } from "../component/limits.ts";
import { LinkError } from "../errors.ts";
import { ENTRIES } from "../preview1/module.ts";
import { withEachImportOnce } from "../preview1/repeated-imports.ts";
import { sectionsOf } from "../preview1/sections.ts";
import { bytes, check } from "../shapes.ts";
import { JCO, needed } from "./optional-packages.ts";
import { toolSentence } from "./tool-message.ts";

/** A program with `_start`, or a library. */
export type Preview1Kind = "command" | "reactor";

/**
 * By the exports of a core module.
 * @throws FormatError
 */
export function preview1KindOf(module: Uint8Array): Preview1Kind {
  check(bytes, module, "module");
  return kindBy(module, ["_start"]);
}

/** The same as our own adapter sees it. */
export const ownKindOf = (module: Uint8Array): Preview1Kind => kindBy(module, ENTRIES);

function kindBy(module: Uint8Array, entries: readonly string[]): Preview1Kind {
  const work = new Work();
  const { exports } = typeOfModule(withEachImportOnce(module, sectionsOf(module)).bytes, 0, new CoreTypes(work), work);
  return entries.some((each) => exports.has(each)) ? "command" : "reactor";
}

/**
 * A component that does what the module does, by way of WASI 0.2 and jco's adapter.
 * @throws LinkError if the module cannot be made one
 */
export async function adaptByJco(module: Uint8Array): Promise<Uint8Array> {
  const kind = preview1KindOf(module);
  const jco = await needed<typeof import("@bytecodealliance/jco")>(JCO, "makes components of core modules with `--adapt jco`");
  const adapter = await readFile(kind === "command" ? jco.preview1AdapterCommandPath() : jco.preview1AdapterReactorPath());
  try {
    return await jco.componentNew(module, [["wasi_snapshot_preview1", adapter]]);
  } catch (cause) {
    throw new LinkError(`the core module cannot be adapted as ${article(kind)}: ${toolSentence(cause)}`, { cause });
  }
}
