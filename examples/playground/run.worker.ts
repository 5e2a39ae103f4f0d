/**
 * Runs a command component in a worker of its own, so that one without an end can be stopped with it. jco makes of it a script and core
 * modules, here in the page.
 */
import { transpile } from "@bytecodealliance/jco/component";
import { trapErrorOf } from "../../src/node/trap-error.ts";
import { toolSentence } from "../../src/node/tool-message.ts";
import { Exit, hostImports, type Write } from "./host.ts";
import type { FromWorker, ToWorker, Written } from "./runner.ts";

type Instantiate = (
  getCoreModule: (path: string) => Promise<WebAssembly.Module>,
  imports: object,
  instantiateCore: (module: WebAssembly.Module, imports: WebAssembly.Imports) => Promise<WebAssembly.Instance>,
) => Promise<Record<string, unknown>>;

/** The most that a run may print, in bytes: the page has to take it all before it hears that somebody clicked. */
const MOST_PRINTED = 10_000_000;
/** What a message counts for besides its bytes. */
const MESSAGE_COST = 100;
/** More than a stream takes at once. */
const MESSAGE_BYTES = 65_536;
/** So many messages may follow each other without a pause. */
const MOST_QUICK = 200;
const PAUSE_MILLISECONDS = 30;

class TooMuch extends Error {
  constructor() {
    super(`the program has printed more than ${MOST_PRINTED / 1_000_000} MB and was stopped`);
  }
}

const say = (message: FromWorker): void => postMessage(message);

addEventListener("message", ({ data }: MessageEvent<ToWorker>) => {
  run(data).then(say, (cause: unknown) => {
    const { message, hint } = cause as { readonly message?: string; readonly hint?: string };
    say({ kind: "failed", message: message ?? String(cause), hint });
  });
});

async function run({ component, command, hasStderr }: ToWorker): Promise<FromWorker> {
  const files = await transpiled(component);
  say({ kind: "started" });
  const instances: WebAssembly.Instance[] = [];
  const output = new Output();
  let exports: Record<string, unknown> | undefined;
  try {
    exports = await instantiated(files, (stream, bytes) => output.write(stream, bytes), instances);
    (exports[command] as { run: () => void }).run();
    return { kind: "ended", code: 0, written: writtenIn(exports) };
  } catch (thrown) {
    const code = codeOf(thrown);
    if (code !== undefined) return { kind: "ended", code, written: writtenIn(exports) };
    const isTrap = thrown instanceof WebAssembly.RuntimeError || (exports !== undefined && !(thrown instanceof TooMuch));
    throw isTrap ? trapErrorOf(thrown, { instances, hasStderr }) : thrown;
  } finally {
    output.flush();
  }
}

/** The exit code, where what was thrown is one: also what `run` itself returned as its error, in jco's wrapping. */
function codeOf(thrown: unknown): number | undefined {
  if (thrown instanceof Exit) return thrown.code;
  return thrown instanceof Error && "payload" in thrown ? 1 : undefined;
}

async function transpiled(component: Uint8Array): Promise<ReadonlyMap<string, Uint8Array>> {
  try {
    const { files } = await transpile(component, {
      name: "app",
      instantiation: { tag: "async" },
      noTypescript: true,
      // Bytes are copied between components all at once, where the browser can.
      multiMemory: WebAssembly.validate(TWO_MEMORIES),
    });
    return new Map(files);
  } catch (cause) {
    throw new Error(`jco cannot transpile the component: ${toolSentence(cause)}`, { cause });
  }
}

async function instantiated(
  files: ReadonlyMap<string, Uint8Array>,
  write: Write,
  instances: WebAssembly.Instance[],
): Promise<Record<string, unknown>> {
  const script = URL.createObjectURL(new Blob([fileOf(files, "app.js")], { type: "text/javascript" }));
  try {
    const { instantiate } = (await import(/* @vite-ignore */ script)) as { readonly instantiate: Instantiate };
    return await instantiate(
      (path) => WebAssembly.compile(fileOf(files, path)),
      hostImports(write),
      async (module, imports) => {
        const instance = await WebAssembly.instantiate(module, imports);
        instances.push(instance);
        return instance;
      },
    );
  } catch (cause) {
    if (cause instanceof WebAssembly.CompileError)
      throw new Error(`this browser cannot run the component, a newer one may: ${toolSentence(cause)}`, { cause });
    throw cause;
  } finally {
    URL.revokeObjectURL(script);
  }
}

/** What `--export-files` exports. */
interface Files {
  list(): readonly { readonly path: string; readonly kind: string; readonly changed: boolean }[];
  read(path: string): Uint8Array;
}

function writtenIn(exports: Record<string, unknown> = {}): readonly Written[] {
  const files = Object.entries(exports).find(([name]) => name.startsWith("wasi-nest:virtual/files@"))?.[1] as Files | undefined;
  const written = files?.list().filter(({ kind, changed }) => kind === "file" && changed) ?? [];
  return written.map(({ path }) => ({ path, bytes: new Uint8Array(files?.read(path) ?? []) }));
}

function fileOf(files: ReadonlyMap<string, Uint8Array>, path: string): Uint8Array<ArrayBuffer> {
  const found = files.get(path);
  if (found === undefined) throw new Error(`jco has made no \`${path}\``);
  return new Uint8Array(found);
}

/** What was printed goes to the page at once, but for a program that prints without a pause: then in larger pieces. */
class Output {
  #stream: 1 | 2 = 1;
  readonly #buffer = new Uint8Array(MESSAGE_BYTES);
  #length = 0;
  #cost = 0;
  #flushed = 0;
  #written = 0;
  #quick = 0;

  write(stream: 1 | 2, bytes: Uint8Array): void {
    if (stream !== this.#stream || this.#length + bytes.byteLength > MESSAGE_BYTES) this.flush();
    this.#stream = stream;
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.byteLength;
    const time = performance.now();
    this.#quick = time - this.#written < PAUSE_MILLISECONDS ? this.#quick + 1 : 0;
    this.#written = time;
    if (this.#quick < MOST_QUICK || time - this.#flushed >= PAUSE_MILLISECONDS) this.flush();
  }

  flush(): void {
    if (this.#length === 0) return;
    this.#cost += MESSAGE_COST + this.#length;
    if (this.#cost > MOST_PRINTED) throw new TooMuch();
    say({ kind: "output", stream: this.#stream, bytes: this.#buffer.slice(0, this.#length) });
    [this.#length, this.#flushed] = [0, performance.now()];
  }
}

const TWO_MEMORIES = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 5, 2, 0, 0, 0, 0);
