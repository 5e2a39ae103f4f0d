/**
 * Makes an adapter of a module in JavaScript or TypeScript: bundles it, writes the WIT that it has to fit, and has
 * an engine make a component of both. What the engine needs of WASI for itself is left out where the module uses
 * none of it, and is imported otherwise, for the policy to decide about.
 */
import { basename, extname, resolve } from "node:path";
import { ADAPTER_PREFIX, adapterWorld } from "./adapter-world.ts";
import { withModuleNames } from "../binary/module-names.ts";
import { moduleName } from "../compose/part.ts";
import { PLUG } from "../adapters/plugs/index.ts";
import { bytes, callable, check, flag, list, path, record, text, word } from "../shapes.ts";
import type { Plug } from "../adapters/plugs/plug.ts";
import { VERSION } from "../version.ts";
import { bundleAdapter } from "./bundle-adapter.ts";
import { cached } from "./cache.ts";
import { checkAdapter, checksOf, loadError, namedImports } from "./check-adapter.ts";
import { checkDeferred, deferredChecksOf } from "./deferred-functions.ts";
import { type Engine, ENGINES, MAKERS, type Source } from "./engines.ts";
import { InputError } from "./input-error.ts";
import { lostResources } from "./lost-resources.ts";
import { versionOf } from "./optional-packages.ts";
import { withJcoValues } from "./qjs-values.ts";
import { spoiledNumbers } from "./spoiled-numbers.ts";
import { checkTypes, compilerFor } from "./type-check.ts";

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
  /** Called with the path of each file that it is made of, before the engine begins. */
  readonly onRead?: (path: string) => void;
  /** Called when the engine begins its work, which takes seconds and holds up everything else; not if the cache has it. */
  readonly onMake?: () => void;
  /** Whether the stack of an exception that nobody catches goes to stderr, as the policy has it; no by default. */
  readonly stderr?: boolean;
}

const MODULE = record<AdapterModule>(
  { interface: text, file: path, engine: word(...ENGINES), cache: flag, onRead: callable, onMake: callable, stderr: flag },
  "interface",
  "file",
);

/**
 * Makes a component of a module that provides what `component` imports, for `adapters` of `virtualize`. `above` are
 * the adapters between the two, the one next to `component` first. Takes some ten seconds, or a read of the cache.
 * @throws InputError where the module is wrong, or a package that makes components is not installed
 * @throws OptionError for an interface that nobody imports, an unknown key of `module`, or a value of another type
 * @throws LinkError where an adapter above does not fit
 */
export async function buildAdapter(component: Uint8Array, module: AdapterModule, above: readonly Plug[] = []): Promise<Plug> {
  check(bytes, component, "component");
  check(MODULE, module, "module");
  check(list(PLUG), above, "above");
  const { file, engine = "starlingmonkey", cache = true, stderr = false } = module;
  const world = adapterWorld(component, module.interface, { above, name: basename(file) });
  const importName = (name: string): string | undefined => {
    const found = world.importName(name);
    return found === undefined ? undefined : ADAPTER_PREFIX + found;
  };
  const bundle = await bundleAdapter(file, importName, module.onRead);
  const meant = (name: string): string => name.slice(ADAPTER_PREFIX.length);
  checkAdapter(world, bundle, file, meant);
  checkDeferred(world, bundle, file, engine);
  const imports = namedImports(bundle).map(([name, named]) => [meant(name), named] as const);
  const source: Source = {
    name: basename(file, extname(file)),
    code: `${engine === "qjs" ? withJcoValues(world, bundle, imports) : bundle.code}\n${checksOf(world, bundle)}${deferredChecksOf(world, bundle, engine)}`,
    names: bundle.syntax.names,
    stderr,
    wit: world.wit(imports),
  };
  const maker = MAKERS[engine];
  const make = async (): Promise<Uint8Array> => {
    module.onMake?.();
    try {
      return await maker.make(source);
    } catch (cause) {
      throw cause instanceof InputError ? cause : loadError(cause, bundle, file);
    }
  };
  const checked = (): Promise<void> => checkTypes(world, [...bundle.imports.keys()].map(meant), bundle, file);
  // Types leave no trace in the text that the engine gets: what it made of it before says nothing of them.
  const compiler = compilerFor(file);
  if (!cache) await checked();
  else if (compiler !== undefined) {
    const inputs = ["types", VERSION, compiler.version, resolve(file), source.wit, ...bundle.sources];
    await cached("adapters", inputs, () => checked().then(() => new Uint8Array()));
  }
  const built = cache ? await cached("adapters", await inputsOf(engine, source), make) : await make();
  const name = basename(file);
  const spoiled = engine === "starlingmonkey" ? spoiledNumbers(world, imports, name) : [];
  const warnings = [...spoiled, ...lostResources(world, engine, name)];
  return { interface: module.interface, component: withTraceNames(built, name, stderr), name, prefix: ADAPTER_PREFIX, warnings };
}

/**
 * An exception that nobody catches traps, deep in an engine that has no names. So hosts show the module's name in their
 * traces, and in the frame of the function that was called, how to see the exception.
 */
function withTraceNames(component: Uint8Array, file: string, stderr: boolean): Uint8Array {
  const hint = stderr ? "" : "; --stderr allow shows its exceptions";
  return withModuleNames(component, {
    module: moduleName(file),
    functionOf: (label) => (label.startsWith(ADAPTER_PREFIX) ? `${label.slice(ADAPTER_PREFIX.length)}${hint}` : undefined),
  });
}

async function inputsOf(engine: Engine, source: Source): Promise<readonly string[]> {
  const { package: name, variant } = MAKERS[engine];
  const version = await versionOf(name, "makes components of JavaScript");
  return [VERSION, engine, version, variant(source), source.name, source.code, source.wit];
}
