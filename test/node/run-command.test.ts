/** `runCommand`: the library's way to run a command in its own process, whose standard output it shares. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../cli/wasi-nest.ts";
import { adaptCommand, cProgram } from "../guests/index.ts";
import { root } from "../hosts/disk-cache.ts";

const SCRIPT = `import { readFileSync } from "node:fs";
import { runCommand } from ${JSON.stringify(join(root, "dist/node/index.js"))};
const component = readFileSync("app.wasm");
for (const options of [{ args: ["one", ""] }, { arg0: "tool", args: ["one"] }, {}, undefined]) await runCommand(component, options);`;

test("`args` are the arguments after argument zero, as in `virtualize`", { timeout: 60_000 }, async () => {
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, "app.wasm"), await adaptCommand(await cProgram("hello")));
  writeFileSync(join(cwd, "script.mjs"), SCRIPT);
  const { stdout } = spawnSync(process.execPath, ["script.mjs"], { cwd, encoding: "utf8" });
  expect(stdout.split("\n").filter((line) => line.startsWith("arg"))).toEqual([
    ...["arg 0: app", "arg 1: one", "arg 2: "],
    ...["arg 0: tool", "arg 1: one"],
    ...["arg 0: app", "arg 0: app"],
  ]);
});
