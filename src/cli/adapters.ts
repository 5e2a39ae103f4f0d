/** What `--adapter` names: components that stand below the one that is virtualized, or modules to make them of. */
import { basename, extname } from "node:path";
import { kindOf, type Plug } from "../index.ts";
import { InputError } from "../node/input-error.ts";
import { noteInput, readInput } from "./inputs.ts";
import type { VirtualizeGiven } from "./options.ts";
import type { Progress } from "./progress.ts";
import { UsageError } from "../errors.ts";
import { checkOutput } from "./write-output.ts";

const MODULES = [".js", ".mjs", ".ts", ".mts"];

/** @throws UsageError, InputError, OptionError, LinkError */
export async function readAdapters(
  texts: readonly string[],
  component: Uint8Array,
  given: VirtualizeGiven,
  progress: Progress,
): Promise<readonly Plug[]> {
  const words = texts.map(parseAdapter);
  const engine = given.engine === undefined ? {} : { engine: given.engine };
  const policy = given.stderr ?? given.stdio ?? (given["allow-all"] === true ? "allow" : "deny");
  const common = { ...engine, cache: given["no-cache"] !== true, stderr: policy !== "deny" && policy !== "ignore" };
  const adapters: Plug[] = [];
  for (const { name, file } of words) {
    if (MODULES.includes(extname(file))) {
      readInput(file);
      const { buildAdapter } = await import("../node/adapter-module.ts");
      const onMake = (): void => progress.announce(`making a component of ${file}, which may take 10 seconds`);
      const onRead = (path: string): void => {
        noteInput(path);
        if (given.out !== undefined) checkOutput(given.out);
      };
      const module = { interface: name, file, ...common, onRead, onMake };
      adapters.push(await buildAdapter(component, module, adapters));
    } else adapters.push({ interface: name, component: readAdapter(file, name), name: basename(file) });
  }
  return adapters;
}

function parseAdapter(text: string): { readonly name: string; readonly file: string } {
  const equals = text.indexOf("=");
  const [name, file] = [text.slice(0, equals), text.slice(equals + 1)];
  if (equals <= 0 || file === "")
    throw new UsageError(`\`--adapter ${text}\` is not INTERFACE=FILE, such as \`wasi:random/random=./dice.ts\``);
  return { name, file };
}

function readAdapter(file: string, name: string): Uint8Array {
  const component = readInput(file);
  const kind = kindOf(component);
  if (kind === "component") return component;
  const what = kind === "core module" ? "a core module" : "no WebAssembly";
  throw new InputError([
    `\`${file}\` is ${what}: an adapter is a component that exports \`${name}\`, or a module in JavaScript (${MODULES.join(", ")})`,
  ]);
}
