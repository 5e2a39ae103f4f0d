/**
 * The playground, built and served from a folder of a server, in a headless Chromium: what its user drops and sets makes what the
 * command makes, byte for byte, and runs as it does on Node.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "@bytecodealliance/jco";
import { build } from "vite";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { MAIN, type Outcome, temporaryDirectory, wasiNest } from "../cli/wasi-nest.ts";
import { adaptCommand, cProgram, ripgrepModule } from "../guests/index.ts";
import { CHROMIUM_MISSING, Chromium, chromiumAvailable, type Page } from "../hosts/chromium.ts";
import { root } from "../hosts/disk-cache.ts";

const MINUTE = 60_000;
const BASE = "/some/folder/";
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
};

describe.skipIf(!chromiumAvailable)(chromiumAvailable ? "in Chromium" : CHROMIUM_MISSING, () => {
  let dist: string;
  let server: Server;
  let chromium: Chromium;
  let page: Page;
  let cwd: string;
  const requests: string[] = [];

  beforeAll(async () => {
    dist = mkdtempSync(join(tmpdir(), "wasi-nest-playground-"));
    const configFile = join(root, "examples/playground/vite.config.mjs");
    await build({ configFile, build: { outDir: dist, emptyOutDir: true }, logLevel: "silent" });
    server = createServer(({ url = "" }, response) => {
      requests.push(url);
      const file = join(dist, url === BASE ? "index.html" : url.slice(BASE.length));
      if (!url.startsWith(BASE) || !existsSync(file)) return void response.writeHead(404).end();
      response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "" }).end(readFileSync(file));
    });
    await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
    chromium = await Chromium.start();
  }, 5 * MINUTE);

  afterAll(async () => {
    await chromium.close();
    server.close();
    rmSync(dist, { recursive: true, force: true });
  });

  beforeEach(async () => {
    cwd = temporaryDirectory();
    page = await chromium.page(`http://localhost:${(server.address() as AddressInfo).port}${BASE}`);
    await page.until(`document.querySelector("#preset-nothing")?.ariaPressed === "true"`);
  });

  afterEach(async () => {
    await page.send("Page.close");
    expect(chromium.errors).toEqual([]);
    expect(requests.filter((url) => !url.startsWith(BASE))).toEqual([]);
  });

  /** Drops a program that lies in the folder then, too. */
  async function drop(name: string, bytes: Uint8Array): Promise<void> {
    writeFileSync(join(cwd, name), bytes);
    await page.drop("#program-drop", [join(cwd, name)]);
    await page.until(`document.querySelector("#program-about").textContent.startsWith(${JSON.stringify(name)})`);
  }

  async function dropFiles(...names: readonly string[]): Promise<void> {
    await page.drop(
      "#files-drop",
      names.map((name) => join(cwd, name)),
    );
    await page.until(`document.querySelectorAll("#mounts li").length >= ${names.length}`);
  }

  const made = (): Promise<void> => page.until(`document.querySelector("#download").href !== ""`);

  /** What the page's own command makes in the folder. */
  async function byCommand(): Promise<Buffer> {
    await made();
    const text = await page.text("#command");
    expect(text).toMatch(/^wasi-nest /);
    const script = text.replace("wasi-nest", `"${process.execPath}" --no-global-search-paths -- "${MAIN}"`);
    execFileSync("sh", ["-c", script], { cwd, stdio: "pipe" });
    return readFileSync(join(cwd, "out.wasm"));
  }

  async function downloaded(): Promise<Buffer> {
    await made();
    const folder = join(cwd, "downloads");
    await chromium.send("Browser.setDownloadBehavior", { behavior: "allow", downloadPath: folder });
    await page.click("#download");
    const file = join(folder, "out.wasm");
    while (!existsSync(file)) await sleep(50);
    return readFileSync(file);
  }

  async function run(): Promise<Outcome> {
    await made();
    await page.click("#run");
    await page.until(`document.querySelector("#stop").hidden`);
    // What is printed is shown with the next frame.
    await page.evaluate("new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))");
    const of = (stream: string): Promise<string> =>
      page.evaluate(`[...document.querySelectorAll("#output .${stream}")].map((each) => each.textContent).join("")`);
    const [, code] = /^Exit code (\d+)/.exec(await page.text("#outcome")) ?? [];
    return { code: code === undefined ? null : Number(code), stdout: await of("stdout"), stderr: await of("stderr") };
  }

  test("a preview 1 module with a folder: the same bytes, and the same output as on Node", { timeout: 3 * MINUTE }, async () => {
    mkdirSync(join(cwd, "src/deep/empty"), { recursive: true });
    for (let i = 0; i < 150; i++) writeFileSync(join(cwd, `src/file-${i}.txt`), `line ${i}\nTODO ${i % 7}\n`);
    writeFileSync(join(cwd, "src/deep/größe.md"), "- TODO: grüßen\n");
    await drop("rg.wasm", await ripgrepModule());
    await dropFiles("src");
    await page.click("#preset-command");
    await page.set("[name=args]", "--sort\npath\n-n\nTODO\n/src");
    const bytes = await downloaded();
    expect(bytes.equals(await byCommand())).toBe(true);
    const onNode = wasiNest(["run", "out.wasm"], { cwd });
    expect(onNode.stdout).toContain("/src/deep/größe.md:1:- TODO: grüßen\n");
    expect(await run()).toEqual(onNode);
    expect(await page.text("#reach")).toBe("Of its host, the result can reach clocks, exit, random, stderr, stdout, terminals.");
  });

  test("a component with a setting of each kind", { timeout: 3 * MINUTE }, async () => {
    writeFileSync(join(cwd, "in.txt"), "alpha\n");
    await drop("hello.wasm", await adaptCommand(await cProgram("hello")));
    await dropFiles("in.txt");
    await page.set("#mounts input:not([type])", "/work/in.txt");
    await page.click("#mounts input[type=checkbox]");
    await page.click("#tmp");
    await page.set("[name=args]", "/work/in.txt\nit's\nexit=3");
    await page.set("[name=env]", "GREETING=hello there\nEMPTY=");
    await page.set("[name=cwd]", "/work");
    await page.set("[name=stdin]", "text");
    await page.set("[name=stdinText]", "one\ntwo\n");
    await page.click("#preset-repeatable");
    await page.set("[name=clocks]", "fixed");
    await page.set("[name=time]", "2026-01-01T00:00:00Z");
    await page.set("[name=deny]", "trap");
    const bytes = await downloaded();
    expect(bytes.equals(await byCommand())).toBe(true);
    const onNode = wasiNest(["run", "out.wasm"], { cwd });
    for (const line of ["env GREETING=hello there", "arg 2: it's", "alpha"]) expect(onNode.stdout).toContain(`${line}\n`);
    expect(await run()).toEqual(onNode);
    expect(onNode).toMatchObject({ code: 1, stderr: "hello ends with 3\n" });
  });

  test("everything is denied at first, and the page says so", { timeout: MINUTE }, async () => {
    await drop("hello.wasm", await adaptCommand(await cProgram("hello")));
    expect(await run()).toMatchObject({ stdout: "", stderr: "" });
    expect(await page.text("#outcome")).toMatch(/^Exit code \d, .*Its standard output is denied: allow it/);
    expect(await page.text("#reach")).toBe("Of its host, the result can reach nothing.");
    expect(await page.text("#imports")).toMatch(/denied.*filesystem\/types/);
  });

  test("a denied call that stops the program is named as the command names it", { timeout: 2 * MINUTE }, async () => {
    await drop("rg.wasm", await ripgrepModule());
    await page.click("#preset-command");
    await page.set("[name=args]", "TODO\n/");
    await page.set("[name=clocks]", "deny");
    expect(await run()).toMatchObject({ code: null });
    await byCommand();
    const { stderr } = wasiNest(["run", "out.wasm"], { cwd });
    expect(stderr).toMatch(/^wasi-nest: the component trapped: `wasi:clocks.* is denied\n {2}`--allow-clocks` lets it through\n$/);
    expect(`wasi-nest: ${(await page.text("#outcome")).replace("; ", "\n  ")}\n`).toBe(stderr);
  });

  test("a wait of virtual time takes none, and random numbers of a seed are the same", { timeout: 2 * MINUTE }, async () => {
    await drop("clock.wasm", await cProgram("clock"));
    await page.click("#preset-repeatable");
    await page.set("[name=args]", "sleep");
    const first = await run();
    expect(first).toMatchObject({ code: 0, stdout: expect.stringMatching(/^slept 10: .*\nslept 1: .*\nslept 3600: .*\n$/) as string });
    await drop("dice.wasm", await cProgram("dice"));
    await page.set("[name=args]", "");
    await byCommand();
    expect(await run()).toEqual(wasiNest(["run", "out.wasm"], { cwd }));
  });

  test("files that a program writes can be taken out", { timeout: 2 * MINUTE }, async () => {
    await drop("clock.wasm", await cProgram("clock"));
    await page.click("#tmp");
    await page.click("#export");
    await page.click("#preset-repeatable");
    await page.set("[name=args]", "file\n/tmp/made.txt");
    expect((await downloaded()).equals(await byCommand())).toBe(true);
    expect(await run()).toMatchObject({ code: 0 });
    expect(await page.text("#written")).toBe("/tmp/made.txt 1 byte");
    await page.click("#written a");
    const file = join(cwd, "downloads/made.txt");
    while (!existsSync(file)) await sleep(50);
    expect(readFileSync(file, "utf8")).toBe("x");
  });

  const TICKS = `(module
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 16) "tick\\ntock\\n")
    (func $say (param i32)
      (i32.store (i32.const 0) (local.get 0))
      (i32.store (i32.const 4) (i32.const 5))
      (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))))
    (func (export "_start")
      (call $say (i32.const 16))
      (i32.store (i32.const 80) (i32.const 1))
      (i64.store (i32.const 88) (i64.const 50000000))
      (if (i32.eqz (call $poll (i32.const 64) (i32.const 128) (i32.const 1) (i32.const 192))) (then (call $say (i32.const 21))))
      (loop $ever (br $ever))))`;

  test("a program without an end shows what it prints, can be stopped, and another one runs then", { timeout: 2 * MINUTE }, async () => {
    await drop("ticks.wasm", await parse(TICKS));
    await page.click("#preset-command");
    await made();
    await page.click("#run");
    await page.until(`document.querySelector("#output").textContent === "tick\\ntock\\n"`);
    expect(await page.text("#outcome")).toBe("Running …");
    expect(await page.evaluate(`document.querySelector("#run").disabled`)).toBe(true);
    await page.click("#stop");
    expect(await page.text("#outcome")).toBe("Stopped.");
    await drop("hello.wasm", await adaptCommand(await cProgram("hello")));
    expect(await run()).toMatchObject({ code: 0, stderr: "hello ends with 0\n" });
  });

  const FLOOD = `(module
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (func (export "_start")
      (memory.fill (i32.const 16) (i32.const 46) (i32.const 4000))
      (i32.store (i32.const 0) (i32.const 16))
      (i32.store (i32.const 4) (i32.const 4000))
      (loop $ever (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))) (br $ever))))`;

  test("a program that prints without an end is stopped, and its last output is shown", { timeout: 2 * MINUTE }, async () => {
    await drop("flood.wasm", await parse(FLOOD));
    await page.click("#preset-command");
    expect(await run()).toEqual({ code: null, stdout: ".".repeat(100_000), stderr: "" });
    expect(await page.text("#outcome")).toBe("the program has printed more than 10 MB and was stopped");
    expect(await page.text("#output em")).toMatch(/^9\d{6} characters before this are not shown\n$/);
  });

  test("what is wrong is said in the library's words, and nothing can be run or downloaded", { timeout: MINUTE }, async () => {
    const wrong = async (): Promise<string> => {
      await page.until(`!document.querySelector("#problem").hidden`);
      expect(await page.evaluate(`document.querySelector("#run").disabled && document.querySelector("#download").href === ""`)).toBe(true);
      expect(await page.evaluate(`document.querySelector("#plan").hidden && document.querySelector("#command-section").hidden`)).toBe(true);
      return page.text("#problem");
    };
    await drop("hello.wasm", await adaptCommand(await cProgram("hello")));
    await page.set("[name=env]", "A");
    expect(await wrong()).toBe("the variable `A` is not NAME=VALUE");
    await page.set("[name=env]", "");
    await made();
    expect(await page.evaluate(`document.querySelector("#problem").hidden`)).toBe(true);
    await page.set("[name=clocks]", "fixed");
    await page.set("[name=time]", "tomorrow");
    await page.until(`document.querySelector("#problem").textContent.includes("tomorrow")`);
    expect(await wrong()).toMatch(/^`clock\.fixed`: `tomorrow` is /);
    await page.click("#preset-nothing");
    await drop("notes.wasm", Buffer.from("not a component"));
    await page.until(`!document.querySelector("#problem").textContent.includes("tomorrow")`);
    expect(await wrong()).toMatch(/\(at offset 0x0\)$/);
  });

  test("a program that cannot be read is one sentence, and what was made before stays", { timeout: MINUTE }, async () => {
    const said = (): Promise<string> => page.text("#problem");
    await drop("hello.wasm", await adaptCommand(await cProgram("hello")));
    await made();
    await page.drop("#program-drop", [cwd]);
    await page.until(`!document.querySelector("#problem").hidden`);
    expect(await said()).toMatch(/^`wasi-nest-test-\w+` cannot be read: /);
    writeFileSync(join(cwd, "other.wasm"), "");
    await page.drop("#program-drop", [join(cwd, "hello.wasm"), join(cwd, "other.wasm")]);
    await page.until(`document.querySelector("#problem").textContent.startsWith("these")`);
    expect(await page.text("#program-about")).toMatch(/^hello\.wasm /);
    expect(await run()).toMatchObject({ code: 0 });
    await drop("other.wasm", Buffer.from(""));
    await page.until(`document.querySelector("#problem").textContent.includes("offset 0x0")`);
  });

  test("a library is made and not run, with the reason", { timeout: MINUTE }, async () => {
    await drop("library.wasm", await parse("(component)"));
    await made();
    expect(await page.text("#why-not")).toBe("The page runs commands of WASI 0.2, and this is none. It can be downloaded.");
    expect(await page.evaluate(`document.querySelector("#run").disabled`)).toBe(true);
  });

  test("the program that it offers runs", { timeout: MINUTE }, async () => {
    await page.click("#sample");
    await page.until(`document.querySelector("#command").textContent.includes("seed:")`);
    expect(await run()).toEqual({
      code: 0,
      stdout: "/src/main.c:4:  /* TODO: read names from a file */\n/src/notes/plan.md:4:- TODO: tests\n",
      stderr: "",
    });
    await page.until(`document.querySelector("#plan").naturalWidth > 300`);
  });

  test("each control has a name for who does not see the page, which fits a telephone", { timeout: MINUTE }, async () => {
    await page.click("#sample");
    await page.until(`document.querySelector("#command").textContent.includes("seed:")`);
    const { nodes } = await page.send<{
      readonly nodes: readonly { readonly ignored: boolean; readonly role?: { value: string }; readonly name?: { value: string } }[];
    }>("Accessibility.getFullAXTree");
    const controls = nodes.filter(({ ignored, role }) =>
      ["textbox", "combobox", "button", "checkbox", "link", "image"].includes((!ignored && role?.value) || ""),
    );
    expect(controls.length).toBeGreaterThan(20);
    expect(controls.filter(({ name }) => (name?.value ?? "") === "")).toEqual([]);
    await page.send("Emulation.setDeviceMetricsOverride", { width: 380, height: 800, deviceScaleFactor: 1, mobile: true });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(380);
  });

  test("it sends nothing anywhere", { timeout: MINUTE }, async () => {
    expect(await page.evaluate(`fetch("http://127.0.0.1:9/").then(() => "sent", (error) => error.message)`)).toBe("Failed to fetch");
    const refused = `new Promise((resolve) => {
      addEventListener("securitypolicyviolation", ({ violatedDirective }) => resolve(violatedDirective));
      fetch("http://127.0.0.1:9/").catch(() => {});
    })`;
    expect(await page.evaluate(refused)).toBe("connect-src");
    chromium.errors.length = 0;
  });
});
