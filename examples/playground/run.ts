/** Runs what was made, in a worker, and shows what it prints and how it ends. */
import type { Inspection } from "wasi-nest";
import { bytesText } from "../../src/amounts.ts";
import { value } from "./controls.ts";
import { create, element } from "./page.ts";
import type { Made } from "./plan.ts";
import { type FromWorker, Runner, type Written } from "./runner.ts";

const RUN = /^wasi:cli\/run@0\.2\.\d+$/;
/** What the worker has. */
const OFFERED = /^wasi:(cli\/(stdout|stderr|exit|terminal-\w+)|io\/\w+|clocks\/(wall|monotonic)-clock|random\/[\w-]+)@0\.2\.\d+$/;
const STDERR = /^wasi:cli\/stderr@/;

const runner = new Runner();
let isRunning = false;
let runnable: Made | undefined;

/** What a click on the button runs. */
export function setRunnable(made: Made | undefined): void {
  const whyNot = made && reasonNotToRun(made.inspection);
  runnable = whyNot === undefined ? made : undefined;
  element("why-not").hidden = whyNot === undefined;
  element("why-not").textContent = whyNot ?? "";
  showButtons();
}

function reasonNotToRun({ imports, exports }: Inspection): string | undefined {
  if (!exports.some(({ name }) => RUN.test(name))) return "The page runs commands of WASI 0.2, and this is none. It can be downloaded.";
  const strange = imports.find(({ name }) => !OFFERED.test(name));
  return strange && `The page has no \`${strange.name}\` to run it with. It can be downloaded.`;
}

function showButtons(): void {
  element<HTMLButtonElement>("run").disabled = runnable === undefined || isRunning;
  element("stop").hidden = !isRunning;
}

export function run(): void {
  if (runnable === undefined || isRunning) return;
  const { bytes, inspection } = runnable;
  const start = performance.now();
  const output = new Output();
  isRunning = true;
  showButtons();
  showOutcome("Starting …");
  showWritten([]);
  const hear = (message: FromWorker): void => {
    switch (message.kind) {
      case "started":
        return showOutcome("Running …");
      case "output":
        return output.print(message.stream, message.bytes);
      case "ended": {
        const isSilent = output.isEmpty && value("stdout") === "deny";
        const hint = isSilent ? " Its standard output is denied: allow it to see what it prints." : "";
        showWritten(message.written);
        return end(`Exit code ${message.code}, after ${((performance.now() - start) / 1000).toFixed(1)} s.${hint}`, message.code !== 0);
      }
      case "failed":
        return end([message.message, message.hint].filter((each) => each !== undefined).join("; "), true);
    }
  };
  const command = inspection.exports.find(({ name }) => RUN.test(name))?.name ?? "";
  runner.run({ component: bytes, command, hasStderr: inspection.imports.some(({ name }) => STDERR.test(name)) }, hear);
}

/** That of an earlier program; one that runs goes on. */
export function clearOutput(): void {
  if (isRunning) return;
  element("output").hidden = element("outcome").hidden = true;
  showWritten([]);
}

export function stop(): void {
  runner.stop();
  end("Stopped.", true);
}

function end(text: string, isBad: boolean): void {
  isRunning = false;
  showButtons();
  showOutcome(text, isBad);
}

function showOutcome(text: string, isBad = false): void {
  const line = element("outcome");
  line.hidden = false;
  line.textContent = text;
  line.classList.toggle("bad", isBad);
}

/** As links that download them. */
function showWritten(written: readonly Written[]): void {
  const list = element("written");
  list.querySelectorAll("a").forEach(({ href }) => URL.revokeObjectURL(href));
  list.hidden = written.length === 0;
  const rows = written.map(({ path, bytes }) => {
    const row = create("li");
    const href = URL.createObjectURL(new Blob([bytes]));
    row.append(create("a", { href, download: path.replace(/.*\//, ""), textContent: path }), ` ${bytesText(bytes.byteLength)}`);
    return row;
  });
  list.replaceChildren(...rows);
}

/** So many characters are shown, the last ones: a page with millions of lines stands still. */
const MOST_SHOWN = 100_000;
/** In pixels: who reads further up stays there. */
const NEAR = 30;

interface Piece {
  readonly stream: 1 | 2;
  text: string;
}

class Output {
  readonly #box = element("output");
  readonly #decoders = { 1: new TextDecoder(), 2: new TextDecoder() };
  #pieces: readonly Piece[] = [];
  #leftOut = 0;
  #isShown = true;

  constructor() {
    this.#box.replaceChildren();
    this.#box.hidden = true;
  }

  get isEmpty(): boolean {
    return this.#pieces.length === 0;
  }

  print(stream: 1 | 2, bytes: Uint8Array): void {
    const text = this.#decoders[stream].decode(bytes, { stream: true });
    const last = this.#pieces.at(-1);
    if (last?.stream === stream) last.text += text;
    else this.#pieces = [...this.#pieces, { stream, text }];
    // What is printed until the next frame is shown in one go.
    if (this.#isShown) requestAnimationFrame(() => this.#show());
    this.#isShown = false;
  }

  #show(): void {
    const box = this.#box;
    const isAtEnd = box.hidden || box.scrollTop + box.clientHeight >= box.scrollHeight - NEAR;
    this.#shorten();
    const left = this.#leftOut === 0 ? [] : [create("em", { textContent: `${this.#leftOut} characters before this are not shown\n` })];
    const spans = this.#pieces.map(({ stream, text }) =>
      create("span", { className: stream === 1 ? "stdout" : "stderr", textContent: text }),
    );
    box.replaceChildren(...left, ...spans);
    box.hidden = false;
    this.#isShown = true;
    if (isAtEnd) box.scrollTop = box.scrollHeight;
  }

  #shorten(): void {
    let excess = this.#pieces.reduce((sum, { text }) => sum + text.length, -MOST_SHOWN);
    if (excess <= 0) return;
    this.#leftOut += excess;
    this.#pieces = this.#pieces.flatMap(({ stream, text }) => {
      const cut = Math.min(excess, text.length);
      excess -= cut;
      return cut === text.length ? [] : [{ stream, text: text.slice(cut) }];
    });
  }
}
