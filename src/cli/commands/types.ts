/**
 * `wasi-nest types`: declarations for a module that is to provide an interface, and a module to begin with.
 */
import { existsSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import type { Given } from "../../adapters/option-table.ts";
import type { Manual } from "../help.ts";
import { TYPES_OPTIONS, type TypesOptions } from "../options.ts";
import { makeDirectories } from "../../node/make-directories.ts";
import { cannotWrite } from "../terminal.ts";
import { UsageError } from "../../errors.ts";

export const TYPES_MANUAL: Manual = {
  usage: ["$0 types <component> <interface> -o FOLDER [options]"],
  purpose:
    "Writes TypeScript declarations for a module that provides an interface to a component by `--adapter`: what the module has to export, and what it may import.",
  options: TYPES_OPTIONS,
  groups: [],
  examples: [["$0 types app.wasm acme:kv/store -o kv-types --stub kv.ts", "Then: $0 app.wasm -o out.wasm --adapter acme:kv/store=kv.ts"]],
  epilogue: [
    "Exit codes: 0 done, 1 the component cannot be read or jco has no declarations for it, 2 the command line is wrong, or the component does not import the interface.",
  ],
};

export async function writeTypes(path: string, wanted: string, given: Given<TypesOptions>): Promise<void> {
  const { out, stub, import: imports = [] } = given;
  if (out === undefined) throw new UsageError("no folder given: `--out FOLDER`");
  if (isFile(out)) throw new UsageError(`\`--out ${out}\` is a file, and a folder is wanted`);
  if (stub !== undefined && existsSync(stub)) throw new UsageError(`\`--stub ${stub}\` exists already, and would be overwritten`);
  const [{ adapterTypes }, { decoding, readComponent }, { checkOutput, writeOutput }, { Progress }] = await Promise.all([
    import("../../node/adapter-types.ts"),
    import("../read-component.ts"),
    import("../write-output.ts"),
    import("../progress.ts"),
  ]);
  // Those in the new folder can be written as soon as there is one.
  if (stub !== undefined && resolve(dirname(stub)) !== resolve(out)) checkOutput(stub);
  const progress = new Progress(true);
  const { component } = await readComponent(path, { adapt: given.adapt }, progress);
  progress.clear();
  const types = await decoding(path, () => adapterTypes(component, wanted, imports));
  const encoder = new TextEncoder();
  for (const [file, text] of types.files) {
    const place = join(out, file);
    try {
      makeDirectories(dirname(place));
    } catch (error) {
      throw cannotWrite(`\`${dirname(place)}\``, error);
    }
    await writeOutput(place, [encoder.encode(text)]);
  }
  if (stub === undefined) return;
  const folder = relative(dirname(stub), out);
  await writeOutput(stub, [encoder.encode(types.stub(folder.startsWith(".") ? folder : `./${folder}`))]);
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
