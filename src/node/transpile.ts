/**
 * What jco makes of a component for this Node: a script that instantiates it, and core modules. jco reads all of a
 * component into its own memory several times, and looks into the code and the data of no module that has one memory: so
 * it gets a skeleton, and the whole modules are put in their places afterwards. What it makes of a skeleton is kept.
 */
import { gunzipSync, gzipSync } from "node:zlib";
import { type Reduced, skeletonOf } from "../binary/skeleton.ts";
import { LinkError } from "../index.ts";
import { VERSION } from "../version.ts";
import { cached } from "./cache.ts";
import { dependencyVersionOf, JCO, needed, versionOf } from "./optional-packages.ts";
import { toolSentence } from "./tool-message.ts";

/** Of jco, what writes the script. */
const TRANSPILER = "@bytecodealliance/jco-transpile";
const NAME = "command";
/** Raised when what is kept for the same becomes another thing. */
const FORMAT = 3;
/** The path of the script. */
export const SCRIPT: string = `${NAME}.js`;

/** Core modules and scripts by their paths. */
export type Transpiled = ReadonlyMap<string, Uint8Array>;

/**
 * What is kept, as JSON that is compressed: in the place of a module that was left out its number, of scripts
 * the text, any other file in Base64.
 */
type Kept = readonly (readonly [path: string, contents: number | string])[];

/**
 * `asyncNames` are the imports of WASI 0.3, for which the script asks under their whole names; for the others it asks without their
 * versions. They are `undefined` for a component that has nothing of it.
 * With `atOnce`, the script makes an instance without waiting.
 * `purpose` completes "the package `<name>` ...".
 * @throws InputError that says what to install
 * @throws LinkError where jco refuses the component
 */
export async function transpiled(
  component: Uint8Array,
  purpose: string,
  multiMemory: boolean,
  asyncNames?: readonly string[],
  atOnce = false,
): Promise<Transpiled> {
  const versions = [VERSION, await versionOf(JCO, purpose), await dependencyVersionOf(JCO, TRANSPILER)];
  // In code of 0.3 jco looks for what may have to wait.
  const { bytes, modules, hasSeveralMemories } = skeletonOf(component, asyncNames !== undefined);
  const make = (given: Uint8Array): Promise<Transpiled> =>
    transpile(given, { purpose, multiMemory, hasSeveralMemories, asyncNames, atOnce });
  const makeKept = async (): Promise<Uint8Array> => gzipSync(JSON.stringify(keptOf(await make(bytes), modules)));
  const kept = versions.includes(undefined)
    ? await makeKept()
    : await cached("transpiled", [JSON.stringify({ FORMAT, versions, multiMemory, asyncNames, atOnce }), bytes], makeKept);
  // The entry is whole, and we wrote it.
  const found = JSON.parse(gunzipSync(kept).toString()) as Kept | null;
  if (found === null) return make(component);
  return new Map(found.map(([path, each]) => [path, contentsOf(path, each, modules)]));
}

const encodingOf = (path: string): "utf8" | "base64" => (path.endsWith(".js") ? "utf8" : "base64");

function contentsOf(path: string, kept: number | string, modules: readonly Reduced[]): Uint8Array {
  if (typeof kept === "string") return Buffer.from(kept, encodingOf(path));
  const whole = modules[kept]?.whole;
  if (whole === undefined) throw new Error(`${modules.length} modules, and none for number ${kept}`);
  return whole;
}

/** `null` where some module is not found again, exactly once and byte for byte: then the skeleton is not good for it. */
function keptOf(files: Transpiled, modules: readonly Reduced[]): Kept | null {
  const found = new Set<number>();
  const kept = [...files].map(([path, contents]): Kept[number] => {
    const number = modules.findIndex(({ bytes }) => Buffer.compare(bytes, contents) === 0);
    if (number < 0 || found.has(number)) return [path, Buffer.from(contents).toString(encodingOf(path))];
    found.add(number);
    return [path, number];
  });
  return found.size === modules.length ? kept : null;
}

interface Transpiling {
  readonly purpose: string;
  readonly multiMemory: boolean;
  readonly hasSeveralMemories: boolean;
  readonly asyncNames: readonly string[] | undefined;
  readonly atOnce: boolean;
}

/** The part of jco that does just that starts in half the time of the whole. */
async function transpile(
  component: Uint8Array,
  { purpose, multiMemory, hasSeveralMemories, asyncNames = [], atOnce }: Transpiling,
): Promise<Transpiled> {
  const jco = await needed<typeof import("@bytecodealliance/jco/component")>(JCO, purpose, "/component");
  const map = asyncNames.map((name): [string, string] => [name, name]);
  const options = {
    name: NAME,
    instantiation: { tag: atOnce ? ("sync" as const) : ("async" as const) },
    multiMemory,
    noTypescript: true,
    map,
  };
  const { files } = await jco.transpile(component, options).catch((cause: unknown) => {
    // jco replaces most of what uses a second memory.
    if (hasSeveralMemories && !multiMemory)
      throw new LinkError("a core module of the component uses several memories, which this Node does not have: newer ones do", { cause });
    throw new LinkError(`jco cannot transpile the component: ${toolSentence(cause)}`, { cause });
  });
  return new Map(files);
}
