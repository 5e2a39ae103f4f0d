/** `wasi-nest init --from-run` for programs of several kinds: their outputs do the same again, on both hosts, and nothing else. */
import { execFile } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { parse as parseWat } from "@bytecodealliance/jco";
import { expect, test } from "vitest";
import { cProgram, rawGuest, WASI_03 } from "../../guests/index.ts";
import { newestNode, newestNodeAvailable, runOnJco } from "../../hosts/jco.ts";
import { runOnWasmtimeCli, wasmtimeCli } from "../../hosts/wasmtime-cli.ts";
import { makeData, printedByPlain } from "../../run/wasi-0.3-cases.ts";
import { MAIN, temporaryDirectory, wasiNest } from "../wasi-nest.ts";
import { DIR, project, settingsOf } from "./init-checks.ts";

/** A command that traps. */
const COMMAND = `(component
  (core module $m (func (export "run") (result i32) unreachable))
  (core instance $i (instantiate $m))
  (func $run (result (result)) (canon lift (core func $i "run")))
  (component $c (import "run" (func $f (result (result)))) (export "run" (func $f)))
  (instance $r (instantiate $c (with "run" (func $run))))
  (export "wasi:cli/run@0.2.0" (instance $r)))`;

/** The output of the policy beside `app.wasm`. */
function outputIn(cwd: string): Uint8Array {
  expect(wasiNest(["app.wasm", "-o", "out.wasm", "--policy", "auto", "--quiet"], { cwd })).toMatchObject({ code: 0, stderr: "" });
  return readFileSync(path.join(cwd, "out.wasm"));
}

test("a program of preview 1 changes on Wasmtime what it changed in the run, and nothing else", async ({ skip }) => {
  const cwd = project(await cProgram("attempt"));
  const used = ["read /data/a.txt", "append /data/b.txt", "list /data/sub", "write /data/out/new", "rename /data/out/e.txt /data/out/f"];
  const made = wasiNest(["init", "app.wasm", "--from-run", ...DIR, "--", ...used], { cwd });
  expect(made.code).toBe(0);
  skip(wasmtimeCli() === undefined);
  const again = project(await cProgram("attempt"));
  const others = ["read /data/c.txt", "append /data/a.txt", "write /data/sub/x", "write /data/new"];
  const preopens = { "/data": path.join(again, "files") };
  const { stdout } = await runOnWasmtimeCli(outputIn(cwd), { args: [...used, ...others], preopens });
  const answers = ["ENOENT", "EROFS", "EROFS", "EROFS"];
  expect(stdout).toBe(made.stdout + others.map((each, i) => `${each}: ${answers[i]}\n`).join(""));
});

test("variables are given by their names, and the policy of a run that fails is written, too", async () => {
  const cwd = project(await cProgram("hello"));
  const env = { GREETING: "a-secret", "ODD*NAME": "1" };
  const args = ["/data/a.txt", "exit=3"];
  const made = wasiNest(["init", "app.wasm", "--from-run", ...DIR, "--", ...args], { cwd, env });
  expect(made).toMatchObject({
    code: 0,
    stderr:
      "hello ends with 3\nwrote wasi-nest.toml: what app.wasm needed in this run\nwarning: the program ended with exit code 3: one that ends well may need more\n",
  });
  expect(readFileSync(path.join(cwd, "wasi-nest.toml"), "utf8")).not.toContain("a-secret");
  expect(settingsOf(cwd)).toEqual({
    deny: "error",
    "allow-args": true,
    "allow-env": ["GREETING", "PATH"],
    stdout: "allow",
    stderr: "allow",
    file: ["/data/a.txt=/data/a.txt:ro"],
    "allow-exit": true,
    "exit-with-code": true,
  });
  const out = wasiNest(["app.wasm", "-o", "out.wasm", "--policy", "auto", "--quiet"], { cwd });
  expect(out).toMatchObject({ code: 0, stderr: "" });
  const run = wasiNest(["run", "out.wasm", ...DIR, "--", ...args], { cwd, env: { ...env, OTHER: "1" } });
  expect(run.code).toBe(3);
  expect(run.stdout).toBe(made.stdout.replace("env ODD*NAME=1\n", "").replace("arg 0: app\n", "arg 0: out\n"));
});

test("what cannot be run has none, and what traps has that of the run until then", async () => {
  const cwd = temporaryDirectory();
  writeFileSync(path.join(cwd, "app.wasm"), await parseWat("(component)"));
  const made = wasiNest(["init", "app.wasm", "--from-run"], { cwd });
  expect(made).toMatchObject({ code: 1, stdout: "" });
  expect(made.stderr).toMatch(/^wasi-nest: the component is not a command/);
  expect(existsSync(path.join(cwd, "wasi-nest.toml"))).toBe(false);
  writeFileSync(path.join(cwd, "app.wasm"), await parseWat(COMMAND));
  const trapped = wasiNest(["init", "app.wasm", "--from-run"], { cwd });
  expect(trapped.code).toBe(1);
  expect(trapped.stderr).toMatch(/^wrote wasi-nest.toml: .*\nwasi-nest: the component trapped/);
  expect(settingsOf(cwd)).toEqual({ deny: "error" });
});

test("requests and connections are given by rules", { timeout: 120_000 }, async () => {
  const server = createServer((_, response) => response.end("hi")).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  const here = `127.0.0.1:${port}`;
  const cases = [
    {
      guest: await rawGuest("requests"),
      used: [`GET|HTTP|${here}|/a/b?x=1`, `PURGE|HTTP|${here}|/c`, `GET|HTTP|${here}|/*`],
      settings: { "http-allow": [`http://${here}/a/b`, `http://${here}/c`], "http-method": ["GET", "PURGE"] },
      others: [`GET|HTTP|${here}|/other`, `POST|HTTP|${here}|/c`],
      answers: ["200 hi", "200 hi", "refused 15", "refused 15", "refused 15"],
    },
    {
      guest: await rawGuest("connections"),
      used: ["look-up localhost", `tcp 127.0.0.1 ${port}`, "listen 127.0.0.1 0"],
      settings: { "sockets-allow": ["listen:127.0.0.1:*", `tcp:localhost:${port}`] },
      others: ["tcp 127.0.0.1 1", "listen 127.0.0.2 0", "udp 127.0.0.1 9"],
      answers: ["ok", "ok", "ok", "connect 1", "listen 1", "send 1, stream 1"],
    },
  ];
  for (const { guest, used, settings, others, answers } of cases) {
    const cwd = temporaryDirectory();
    writeFileSync(path.join(cwd, "app.wasm"), guest);
    // The server is in this process.
    await promisify(execFile)(process.execPath, ["--no-global-search-paths", "--", MAIN, "init", "app.wasm", "--from-run", "--", ...used], {
      cwd,
    });
    expect(settingsOf(cwd)).toMatchObject({ "allow-args": true, stdout: "allow", ...settings });
    const output = outputIn(cwd);
    const args = [...used, ...others];
    const outcomes = [await runOnJco(output, { args })];
    if (wasmtimeCli() !== undefined)
      outcomes.push(await runOnWasmtimeCli(output, { args, flags: ["-S", "http", "-S", "allow-ip-name-lookup"] }));
    for (const { stdout } of outcomes) expect(stdout.split("\n").slice(0, -1)).toEqual(answers);
  }
  server.close();
});

test("a program of WASI 0.3 reads the same files again", async ({ skip }) => {
  skip(!newestNodeAvailable() || wasmtimeCli() === undefined);
  const { folder, data } = await makeData();
  const cwd = temporaryDirectory();
  const app = await rawGuest("async", WASI_03);
  writeFileSync(path.join(cwd, "app.wasm"), app);
  const made = wasiNest(["init", "app.wasm", "--from-run", "--dir", `${data}::/data`], { cwd, node: newestNode });
  expect(made).toMatchObject({ code: 0, stdout: await printedByPlain(app, data) });
  const names = ["folder/deep/leaf", "hello.txt", "none.bin", "pattern.bin"].map((name) => `/data/${name}=/data/${name}:ro`);
  expect(settingsOf(cwd)).toMatchObject({ stdout: "allow", file: [...names, "/data/to-hello=/data/hello.txt:ro"] });
  const { stdout } = await runOnWasmtimeCli(outputIn(cwd), {
    preopens: { "/data": data },
    flags: ["-W", "component-model-async=y", "-S", "p3"],
  });
  // A link that leads nowhere gives nothing: it is not there.
  expect(stdout).toBe(made.stdout.replace("circle error 14", "circle error 19"));
  rmSync(folder, { recursive: true });
});
