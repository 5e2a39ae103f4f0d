/** The page's side of a run: starts the worker, hears what it prints, and stops it. */

export interface ToWorker {
  readonly component: Uint8Array;
  /** The export to run, such as `wasi:cli/run@0.2.12`. */
  readonly command: string;
  /** Whether the program can print to standard error. */
  readonly hasStderr: boolean;
}

/** A file that the program has written. */
export interface Written {
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export type FromWorker =
  | { readonly kind: "started" }
  | { readonly kind: "output"; readonly stream: 1 | 2; readonly bytes: Uint8Array }
  | { readonly kind: "ended"; readonly code: number; readonly written: readonly Written[] }
  | { readonly kind: "failed"; readonly message: string; readonly hint?: string | undefined };

export class Runner {
  #worker: Worker | undefined;
  #hear: (message: FromWorker) => void = () => {};

  /** One run at a time. The worker is kept for the next one, with what it has loaded. */
  run(given: ToWorker, hear: (message: FromWorker) => void): void {
    this.#hear = hear;
    this.#worker ??= this.#start();
    this.#worker.postMessage(given, []);
  }

  stop(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
  }

  #start(): Worker {
    const worker = new Worker(new URL("./run.worker.ts", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => this.#hear(data));
    worker.addEventListener("error", (event) => {
      this.stop();
      this.#hear({ kind: "failed", message: event.message || "the worker that runs programs does not start in this browser" });
    });
    return worker;
  }
}
