/** Scripts as components, on Wasmtime every other one and on jco some of each kind, beside what dash does; compose.long.ts has all. */
import { beforeAll, describe, expect, test } from "vitest";
import { cProgram } from "../guests/index.ts";
import { WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, expectValid, hosts, RUN_MILLISECONDS } from "../run/on-hosts.ts";
import { expectAsInShell } from "./beside-shell.ts";
import { SCRIPTS } from "./cases.ts";
import { SHELL_MISSING, shellAvailable } from "./shell.ts";

let program: Uint8Array;

beforeAll(async () => {
  program = await cProgram("stage");
}, BUILD_MILLISECONDS);

const ON_JCO = ["and, when the first fails", "a pipe that two share", "a group's redirections", "variables of one command"];

describe.each(hosts)("on $name", (host) => {
  const names = host.name === "jco" ? ON_JCO : Object.keys(SCRIPTS).filter((_, i) => i % 2 === 0);

  test.for(names)("%s", { timeout: RUN_MILLISECONDS }, async (name, { skip }) => {
    skip(!host.available, WASMTIME_MISSING);
    skip(!shellAvailable(), SHELL_MISSING);
    const output = await expectAsInShell(name, program, host);
    if (host.name === "jco") await expectValid(output);
  });

  test("there are cases", () => {
    expect(names.filter((name) => name in SCRIPTS).length).toBeGreaterThan(host.name === "jco" ? 3 : 20);
  });
});
