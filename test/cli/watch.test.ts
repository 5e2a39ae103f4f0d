/** `--watch` of `wasi-nest run`: a program that does not end is stopped, and what has changed is run. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cProgram, worldComponent } from "../guests/index.ts";
import { started } from "./serving.ts";
import { temporaryDirectory, wasiNest } from "./wasi-nest.ts";

test("runs again when the component or an embedded file has changed, until it is interrupted", async () => {
  const cwd = temporaryDirectory();
  mkdirSync(join(cwd, "files/inner"), { recursive: true });
  writeFileSync(join(cwd, "files/inner/a.txt"), "one\n");
  writeFileSync(join(cwd, "app.wasm"), await cProgram("yes"));
  const options = ["--watch", "--mount", "/data=files", "--stdout=ignore"];
  const running = started(["run", "app.wasm", ...options, "--", "/data/inner/a.txt", "--watch"], cwd);
  const hello = await cProgram("hello");
  // When it has begun to watch is not told.
  const writing = setInterval(() => writeFileSync(join(cwd, "app.wasm"), hello), 500);
  await running.says(/^wasi-nest: `app\.wasm` has changed, running again$/m);
  clearInterval(writing);
  await running.says(/^hello ends with 0$/m);
  writeFileSync(join(cwd, "files/inner/a.txt"), "two\n");
  await running.says(/^wasi-nest: `files` has changed, running again\n[^]*^hello ends with 0$/m);
  running.child.kill("SIGINT");
  expect(await running.ended).toBe(130);
  expect(running.log()).not.toContain("warning");
});

test("runs again when a file changes that no option names: one that the policy extends, or that a module imports, even a wrong one", async () => {
  const cwd = temporaryDirectory();
  const kv = "package acme:kv; interface store { get: func() -> string; } world app { import store; export run: func(); }";
  const files = {
    "app.wasm": await worldComponent(kv, "app"),
    "p.toml": 'extends = "base.toml"\n',
    "base.toml": "",
    "store.ts": 'export { store } from "./lib/other.ts";\n',
    "lib/other.ts": "export const store = ;\n",
  };
  mkdirSync(join(cwd, "lib"));
  for (const [name, contents] of Object.entries(files)) writeFileSync(join(cwd, name), contents);
  const running = started(["run", "app.wasm", "--watch", "--policy", "p.toml", "--adapter", "acme:kv/store=store.ts"], cwd);
  await running.says(/`lib\/other\.ts:1:22` cannot be used/);
  for (const [name, contents] of [
    ["lib/other.ts", "export const store = [;\n"],
    ["base.toml", "frobnicate = true\n"],
  ] as const) {
    const writing = setInterval(() => writeFileSync(join(cwd, name), contents), 500);
    await running.says(new RegExp(`^wasi-nest: \`${name}\` has changed, running again$`, "m"));
    clearInterval(writing);
  }
  await running.says(/`base\.toml`: `frobnicate` is no option here/);
});

test("says what cannot be watched", () => {
  const cwd = temporaryDirectory();
  const said = (args: readonly string[]): string => wasiNest(["run", "--watch", ...args], { cwd }).stderr.split("\n")[0] ?? "";
  expect(said(["app.wasm"])).toBe("wasi-nest: `app.wasm` does not exist");
  expect(said(["app.wasm", "--arg", "--watch"])).toBe(
    "wasi-nest: `--watch` as the value of another option stands behind `=`, as in `--arg=--watch`",
  );
  expect(said(["-"])).toBe("wasi-nest: `--watch` is for files, and standard input can be read once only");
});
