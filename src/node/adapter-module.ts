/**
 * Makes an adapter of a module in JavaScript or TypeScript: bundles it, writes the WIT that it has to fit, and has
 * an engine make a component of both. What the engine needs of WASI for itself is left out where the module uses
 * none of it, and is imported otherwise, for the policy to decide about.
 */
import { basename, extname } from "node:path";
import { ADAPTER_PREFIX, adapterWorld } from "../adapter-world.ts";
import type { UserAdapter } from "../user-adapters.ts";
import { VERSION } from "../version.ts";
import { cached } from "./adapter-cache.ts";
import { type Bundle, bundleAdapter } from "./bundle-adapter.ts";
import { type Engine, MAKERS, type Source } from "./engines.ts";
import { InputError } from "./input-error.ts";
import { versionOf } from "./optional-packages.ts";

/** A module in JavaScript or TypeScript that is to provide interfaces. */
export interface AdapterModule {
  /** What it provides: `acme:kv/store`, with or without version, or `acme:kv/*`. */
  readonly interface: string;
  /** Path of the module. */
  readonly file: string;
  /** "starlingmonkey" by default. */
  readonly engine?: Engine;
  /** Whether a component that was made before of the same is taken; yes by default. */
  readonly cache?: boolean;
  /** Called when the engine begins its work, which takes seconds and holds up everything else; not if the cache has it. */
  readonly onMake?: () => void;
}

/**
 * Makes a component of a module that provides what `component` imports, for `adapters` of `virtualize`. `above` are
 * the adapters between the two, the one next to `component` first. Takes some ten seconds, or a read of the cache.
 * @throws InputError where the module is wrong, or a package that makes components is not installed
 * @throws OptionError for an interface that nobody imports
 * @throws LinkError where an adapter above does not fit
 */
export async function buildAdapter(component: Uint8Array, module: AdapterModule, above: readonly UserAdapter[] = []): Promise<UserAdapter> {
  const { file, engine = "starlingmonkey", cache = true } = module;
  const world = adapterWorld(component, module.interface, above);
  const bundle = await bundleAdapter(file, (name) => {
    const found = world.importName(name);
    return found === undefined ? undefined : ADAPTER_PREFIX + found;
  });
  for (const { name } of world.exports) checkExport(name, bundle, file);
  const imports = bundle.imports.map((name) => name.slice(ADAPTER_PREFIX.length));
  const source = { name: basename(file, extname(file)), code: bundle.code, wit: world.wit(imports) };
  const maker = MAKERS[engine];
  const make = (): Promise<Uint8Array> => {
    module.onMake?.();
    return making(file, () => maker.make(source));
  };
  const built = cache ? await cached(await inputsOf(engine, source), make) : await make();
  return { interface: module.interface, component: built, name: basename(file), prefix: ADAPTER_PREFIX };
}

async function inputsOf(engine: Engine, source: Source): Promise<readonly string[]> {
  const { package: name, variant } = MAKERS[engine];
  const version = await versionOf(name, "makes components of JavaScript");
  return [VERSION, engine, version, variant(source), source.name, source.code, source.wit];
}

/** The object by which a module exports an interface: `wasi:random/insecure-seed` is `insecureSeed`. */
export function exportNameOf(interfaceName: string): string {
  const [, short = interfaceName] = /\/([^@]*)/.exec(interfaceName) ?? [];
  return short.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function checkExport(name: string, { exports }: Bundle, file: string): void {
  const wanted = exportNameOf(name);
  if (exports.includes(wanted)) return;
  const found = exports.length === 0 ? "it exports nothing" : `it exports ${exports.map((each) => `\`${each}\``).join(", ")}`;
  throw new InputError([`\`${file}\` does not export \`${wanted}\`, which stands for \`${name}\`: ${found}`]);
}

async function making(file: string, make: () => Promise<Uint8Array>): Promise<Uint8Array> {
  try {
    return await make();
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    throw new InputError([`\`${file}\` cannot be made a component: ${cause instanceof Error ? cause.message : String(cause)}`]);
  }
}
