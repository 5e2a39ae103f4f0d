/**
 * The interface by which whoever embeds an output lists, reads, writes and resets the files in it (wit/files.wit).
 */
import type { Exports } from "../component/types.ts";
import { ownCatalogue } from "./prebuilt-core.ts";

export const FILES_INTERFACE = "wasi-nest:virtual/files@0.1.0";

/** Its types and functions, in full. */
export function filesInterface(): Exports {
  const found = ownCatalogue().imports.get(FILES_INTERFACE);
  if (found?.kind !== "instance") throw new Error(`the catalogue has no \`${FILES_INTERFACE}\``);
  return found.exports;
}
