/** Instances of a component in this process, of what jco has made of it. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { LinkError } from "../errors.ts";
import { Exit } from "./host-imports.ts";
import { inTemporaryFolder } from "./temporary.ts";
import { toolSentence } from "./tool-message.ts";
import { SCRIPT, type Transpiled } from "./transpile.ts";

/**
 * Before jco's script. It looks by timers whether a task can go on, and a task that waits when the program has ended would keep Node
 * alive for ever.
 */
const PRELUDE = `const intervals = new Set();
let isReleased = false;
const setInterval = (...given) => {
  const made = globalThis.setInterval(...given);
  if (isReleased) made.unref();
  intervals.add(made);
  return made;
};
const setTimeout = (...given) => {
  const made = globalThis.setTimeout(...given);
  if (isReleased) made.unref();
  return made;
};
const clearInterval = (made) => {
  intervals.delete(made);
  globalThis.clearInterval(made);
};
export const release = () => {
  isReleased = true;
  intervals.forEach((each) => each.unref());
};
`;

/** What a transpiled component exports with `instantiation: "async"`. */
type Instantiate = (
  getCoreModule: (path: string) => Promise<WebAssembly.Module>,
  imports: object,
  instantiateCore: (module: WebAssembly.Module, imports: WebAssembly.Imports) => Promise<WebAssembly.Instance>,
) => Promise<Record<string, unknown>>;

/** Of the script, with `instantiation: "sync"`. */
type InstantiateAtOnce = (
  getCoreModule: (path: string) => WebAssembly.Module,
  imports: object,
  instantiateCore: (module: WebAssembly.Module, imports: WebAssembly.Imports) => WebAssembly.Instance,
) => Record<string, unknown>;

interface Script<I> {
  readonly instantiate: I;
  readonly release: () => void;
}

type Bytes = Uint8Array<ArrayBuffer>;

/** The files are gone again before the component runs. Core instances are added to `instances`. */
export async function instantiate(
  files: Transpiled,
  imports: object,
  instances: WebAssembly.Instance[],
): Promise<{ readonly instance: Record<string, unknown>; readonly release: () => void }> {
  const compile = (path: string): Promise<WebAssembly.Module> => WebAssembly.compile(files.get(path) as Bytes);
  const instantiateCore = async (core: WebAssembly.Module, coreImports: WebAssembly.Imports): Promise<WebAssembly.Instance> => {
    const instance = await WebAssembly.instantiate(core, coreImports);
    instances.push(instance);
    return instance;
  };
  const script = await scriptOf<Instantiate>(files);
  try {
    return { instance: await script.instantiate(compile, imports, instantiateCore), release: script.release };
  } catch (cause) {
    throw startError(cause);
  }
}

/** The same for many instances, each made when it is wanted, at once. */
export async function instantiator(
  files: Transpiled,
): Promise<(imports: object, instances: WebAssembly.Instance[]) => Record<string, unknown>> {
  const cores = [...files].filter(([path]) => path.endsWith(".wasm"));
  const compiled = await Promise.all(cores.map(async ([path, bytes]) => [path, await WebAssembly.compile(bytes as Bytes)] as const)).catch(
    (cause: unknown) => {
      throw startError(cause);
    },
  );
  const modules = new Map(compiled);
  const script = await scriptOf<InstantiateAtOnce>(files);
  return (imports, instances) => {
    const instantiateCore = (core: WebAssembly.Module, coreImports: WebAssembly.Imports): WebAssembly.Instance => {
      const instance = new WebAssembly.Instance(core, coreImports);
      instances.push(instance);
      return instance;
    };
    try {
      return script.instantiate((path) => modules.get(path) as WebAssembly.Module, imports, instantiateCore);
    } catch (cause) {
      throw startError(cause);
    }
  };
}

const scriptOf = <I>(files: Transpiled): Promise<Script<I>> =>
  inTemporaryFolder(async (folder) => {
    // Without it, Node takes the script for CommonJS.
    await writeFile(join(folder, "package.json"), '{"type":"module"}');
    for (const [name, bytes] of files) {
      if (!name.endsWith(".js")) continue;
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), name === SCRIPT ? Buffer.concat([Buffer.from(PRELUDE), bytes]) : bytes);
    }
    return (await import(pathToFileURL(join(folder, SCRIPT)).href)) as Script<I>;
  });

function startError(cause: unknown): unknown {
  // A module may do something as it starts.
  if (cause instanceof Exit || cause instanceof WebAssembly.RuntimeError) return cause;
  if (cause instanceof WebAssembly.CompileError)
    return new LinkError(`Node ${process.version} cannot run the component, a newer one may: ${toolSentence(cause)}`, { cause });
  return new LinkError(`jco cannot start the component: ${toolSentence(cause)}`, { cause });
}

/** Node 20 refuses modules with two memories; without them jco copies lists between components byte by byte. */
const TWO_MEMORIES = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 5, 2, 0, 0, 0, 0);
export const hasMultiMemory = (): boolean => WebAssembly.validate(TWO_MEMORIES);
