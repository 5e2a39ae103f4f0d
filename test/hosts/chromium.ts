/**
 * A headless Chromium, told what to do over a pipe in its DevTools protocol. It is what WASI_NEST_CHROMIUM names, or that of the
 * package `@sparticuz/chromium` (Linux on x64), which is unpacked into .cache on first use, or one on the PATH. Where there is none
 * its tests are skipped.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createReadStream, createWriteStream, existsSync, mkdtempSync, readFileSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { brotliDecompressSync, createBrotliDecompress } from "node:zlib";
import { root } from "./disk-cache.ts";

/** What a test that is skipped for want of it says. */
export const CHROMIUM_MISSING = "needs Chromium: one on the PATH, or set WASI_NEST_CHROMIUM";

const PACKAGE = path.join(root, "node_modules/@sparticuz/chromium");
/** As Debian and others call it. */
const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

const starts = (command: string): boolean => spawnSync(command, ["--version"]).status === 0;

const isPacked = process.platform === "linux" && process.arch === "x64" && existsSync(path.join(PACKAGE, "bin/chromium.br"));
const named = process.env["WASI_NEST_CHROMIUM"];
const installed = named ?? (isPacked ? undefined : NAMES.find(starts));

export const chromiumAvailable: boolean = installed !== undefined || isPacked;

interface Program {
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
}

async function program(): Promise<Program> {
  if (installed !== undefined) return { command: installed, env: {} };
  const { version } = JSON.parse(readFileSync(path.join(PACKAGE, "package.json"), "utf8")) as { readonly version: string };
  const folder = path.join(root, `.cache/chromium-${version}`);
  if (!existsSync(folder)) await unpack(folder);
  // Libraries that a machine without a desktop lacks, and a font.
  return {
    command: path.join(folder, "chromium"),
    env: { LD_LIBRARY_PATH: path.join(folder, "lib"), FONTCONFIG_FILE: path.join(folder, "fonts.conf"), HOME: folder },
  };
}

async function unpack(folder: string): Promise<void> {
  const draft = `${folder}.${process.pid}`;
  await mkdir(draft, { recursive: true });
  await pipeline(
    createReadStream(path.join(PACKAGE, "bin/chromium.br")),
    createBrotliDecompress(),
    createWriteStream(path.join(draft, "chromium"), { mode: 0o755 }),
  );
  for (const name of ["al2023", "fonts"]) {
    const archive = path.join(draft, `${name}.tar`);
    await writeFile(archive, brotliDecompressSync(await readFile(path.join(PACKAGE, `bin/${name}.tar.br`))));
    spawnSync("tar", ["-xf", archive], { cwd: draft, stdio: "inherit" });
    await rm(archive);
  }
  await writeFile(path.join(draft, "fonts.conf"), '<fontconfig><dir>/usr/share/fonts</dir><dir prefix="relative">fonts</dir></fontconfig>');
  // Another worker may have been first.
  await rename(draft, folder).catch(() => rm(draft, { recursive: true }));
}

type Parameters = Readonly<Record<string, unknown>>;
interface Message {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
  readonly method?: string;
  readonly params?: Parameters;
  readonly sessionId?: string;
}

export class Chromium {
  readonly #child: ChildProcess;
  readonly #profile: string;
  readonly #waiting = new Map<number, { readonly resolve: (result: never) => void; readonly reject: (error: Error) => void }>();
  #last = 0;
  /** By their sessions. */
  readonly #loading = new Map<string, () => void>();
  /** What pages have written to their consoles as errors, and what they have thrown. */
  readonly errors: string[] = [];

  static async start(): Promise<Chromium> {
    const { command, env } = await program();
    const profile = mkdtempSync(path.join(tmpdir(), "wasi-nest-chromium-"));
    const args = ["--headless", "--remote-debugging-pipe", `--user-data-dir=${profile}`, "--no-first-run", "--disable-gpu"];
    // Containers let nobody make a sandbox of their own; the pages are ours.
    const child = spawn(command, [...args, "--no-sandbox", "--disable-dev-shm-usage", "about:blank"], {
      env: { ...process.env, ...env },
      stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
    });
    return new Chromium(child, profile);
  }

  private constructor(child: ChildProcess, profile: string) {
    this.#child = child;
    this.#profile = profile;
    let text = "";
    const output = child.stdio[4] as Readable; // a pipe, as asked for
    output.setEncoding("utf8").on("data", (data: string) => {
      const messages = (text + data).split("\0");
      text = messages.pop() ?? "";
      for (const message of messages) this.#take(JSON.parse(message) as Message);
    });
    const end = (error: Error): void => this.#waiting.forEach(({ reject }) => reject(error));
    child.on("error", end);
    child.on("exit", (code) => end(new Error(`Chromium has ended with ${code}`)));
  }

  #take({ id, result, error, method, params, sessionId = "" }: Message): void {
    if (id !== undefined) {
      const { resolve, reject } = this.#waiting.get(id) ?? {};
      this.#waiting.delete(id);
      if (error === undefined) resolve?.(result as never);
      else reject?.(new Error(error.message));
    } else if (method === "Page.loadEventFired") {
      this.#loading.get(sessionId)?.();
    } else if (method === "Runtime.exceptionThrown" || (method === "Runtime.consoleAPICalled" && params?.["type"] === "error")) {
      this.errors.push(JSON.stringify(params));
    }
  }

  send<Result>(method: string, params: Parameters = {}, sessionId?: string): Promise<Result> {
    const id = ++this.#last;
    const sent = new Promise<Result>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    (this.#child.stdio[3] as Writable).write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return sent;
  }

  /** A page that has been loaded. */
  async page(url: string): Promise<Page> {
    const { targetId } = await this.send<{ readonly targetId: string }>("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await this.send<{ readonly sessionId: string }>("Target.attachToTarget", { targetId, flatten: true });
    const page = new Page((method, params) => this.send(method, params, sessionId));
    await page.send("Runtime.enable");
    await page.send("Page.enable");
    const loaded = new Promise<void>((resolve) => this.#loading.set(sessionId, resolve));
    await page.send("Page.navigate", { url });
    await loaded;
    return page;
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once("exit", resolve));
    this.send("Browser.close").catch(() => {});
    await ended;
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

export class Page {
  readonly send: <Result>(method: string, params?: Parameters) => Promise<Result>;

  constructor(send: Page["send"]) {
    this.send = send;
  }

  /** The value of an expression, or what its promise gives. */
  async evaluate<Value>(expression: string): Promise<Value> {
    const { result, exceptionDetails } = await this.send<{
      readonly result: { readonly value: Value };
      readonly exceptionDetails?: { readonly exception?: { readonly description?: string } };
    }>("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails !== undefined) throw new Error(`${expression}: ${exceptionDetails.exception?.description ?? "failed"}`);
    return result.value;
  }

  /** Waits for an expression that is true, but not as long as a test may take: so it says which one is not. */
  async until(expression: string): Promise<void> {
    const isTrue = `new Promise((resolve, reject) => {
      setTimeout(() => reject(new Error("does not come true")), 40_000);
      const look = () => (${expression}) ? resolve() : setTimeout(look, 20);
      look();
    })`;
    await this.evaluate(isTrue);
  }

  /** Sets a control as a user does. */
  set(selector: string, value: string): Promise<void> {
    return this.evaluate(`{ const control = document.querySelector(${JSON.stringify(selector)}); control.value = ${JSON.stringify(value)};
      control.dispatchEvent(new Event("input", { bubbles: true })); }`);
  }

  click(selector: string): Promise<void> {
    return this.evaluate(`document.querySelector(${JSON.stringify(selector)}).click()`);
  }

  text(selector: string): Promise<string> {
    return this.evaluate(`document.querySelector(${JSON.stringify(selector)}).textContent`);
  }

  /** Files and folders of this machine, as if dropped in the middle of an element. */
  async drop(selector: string, files: readonly string[]): Promise<void> {
    const place = `(() => { const { x, y, width, height } = document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect();
      return { x: x + width / 2, y: y + height / 2 }; })()`;
    const at = await this.evaluate<{ readonly x: number; readonly y: number }>(place);
    const data = { items: [], files, dragOperationsMask: 1 };
    for (const type of ["dragEnter", "dragOver", "drop"]) await this.send("Input.dispatchDragEvent", { type, ...at, data });
  }
}
