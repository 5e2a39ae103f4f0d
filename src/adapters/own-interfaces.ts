/**
 * The interfaces that are ours: by which whoever embeds an output lists, reads, writes and resets the files in it
 * (wit/files.wit), and by which a component below an app makes streams (wit/pipes.wit).
 */
import type { Exports } from "../component/types.ts";
import { ownCatalogue } from "./prebuilt-core.ts";

export const FILES_INTERFACE = "wasi-nest:virtual/files@0.1.0";
export const PIPES_INTERFACE = "wasi-nest:virtual/pipes@0.1.0";
/** Private: streams of stages of a script (virt-adapters/kept.wit). */
export const KEPT_INTERFACE = "wasi-nest:virtual/kept@0.1.0";

/** The types and functions of the former, in full. */
export function filesInterface(): Exports {
  const found = ownCatalogue().imports.get(FILES_INTERFACE);
  if (found?.kind !== "instance") throw new Error(`the catalogue has no \`${FILES_INTERFACE}\``);
  return found.exports;
}
