/** `wasi-nest init --from-run`: with the policy of a run, the program does again what it did, and nothing else. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { learnedOf } from "../../../src/adapters/modules.ts";
import type { Observed } from "../../../src/adapters/observed.ts";
import { ADAPTERS } from "../../../src/adapters/registry.ts";
import { cProgram } from "../../guests/index.ts";
import { UsageError } from "../../../src/errors.ts";
import { initPolicy } from "../../../src/cli/commands/init.ts";
import { wasiNest } from "../wasi-nest.ts";
import { DIR, project, settingsOf } from "./init-checks.ts";

let app: Uint8Array;

beforeAll(async () => {
  app = await cProgram("attempt");
}, 300_000);

test("files and directories are given that it used, to be changed where it changed them", () => {
  const cwd = project(app);
  const used = ["read /data/a.txt", "read /data/to-a", "read /data/absent", "append /data/b.txt", "list /data/sub", "write /data/out/new"];
  const made = wasiNest(["init", "app.wasm", "--from-run", ...DIR, "--", ...used, "stat /data/empty"], { cwd });
  expect(made).toMatchObject({ code: 0, stderr: "wrote wasi-nest.toml: what app.wasm needed in this run\n" });
  expect(made.stdout.match(/: ok$/gm)).toHaveLength(3);
  expect(settingsOf(cwd)).toEqual({
    deny: "error",
    "allow-args": true,
    stdout: "allow",
    preopen: ["/data/out=/data/out", "/data/sub=/data/sub:ro"],
    file: ["/data/a.txt=/data/a.txt:ro", "/data/b.txt=/data/b.txt", "/data/to-a=/data/a.txt:ro"],
  });
  expect(readFileSync(path.join(cwd, "wasi-nest.toml"), "utf8")).toContain("# It asked about `/data/empty`, and did no more with it");
  const others = ["read /data/c.txt", "append /data/a.txt", "write /data/sub/x", "write /data/new", "list /data", "unlink /data/a.txt"];
  const run = wasiNest(["run", "app.wasm", "--policy", "auto", ...DIR, "--", ...used, ...others], { cwd });
  const expected = [
    ...made.stdout.split("\n").slice(0, used.length),
    "read /data/c.txt: ENOENT",
    "append /data/a.txt: EROFS",
    "write /data/sub/x: EROFS",
    "write /data/new: EROFS",
    "list /data: a.txt b.txt out sub to-a",
    "unlink /data/a.txt: EBUSY",
  ];
  expect(run.stdout.split("\n").slice(0, -1)).toEqual(expected);
});

test.each([
  [{ dir: ["files"] }, [], "`--dir` is about a run, and there is no `--from-run`"],
  [{}, ["x"], "arguments behind `--` are for a run, and there is no `--from-run`"],
  [{ "from-run": true, out: "-" }, [], "`--from-run` and `--out -` both want standard output: what the program prints is shown"],
  [{ "from-run": true, dir: ["nowhere"] }, [], "`--dir nowhere`: `nowhere` is not a directory"],
])("%j %j is refused", async (given, args, says) => {
  const cwd = project(app);
  await expect(initPolicy(path.join(cwd, "app.wasm"), given, args)).rejects.toThrow(new UsageError(says));
  expect(existsSync(path.join(cwd, "wasi-nest.toml"))).toBe(false);
});

describe("what a program calls by odd names", () => {
  const NOTHING: Observed = {
    ...{ functions: new Set(), streams: new Set(), variables: [], exitCode: undefined, isProgram: false },
    ...{ files: [], directories: [], asked: [], requests: [], peers: [], lookups: [] },
  };
  const learned = (observed: Partial<Observed>) => {
    const all = ADAPTERS.map((module) => learnedOf(module, { ...NOTHING, ...observed }));
    return {
      settings: Object.fromEntries(all.flatMap(({ settings }) => settings.map(({ flag, value }) => [flag, value]))),
      notes: all.flatMap(({ notes }) => notes).join("\n"),
    };
  };

  test("opens nothing that it did not use", () => {
    const request = { method: "GET", scheme: "https", authority: "a.example", path: "/x" };
    const requests = [
      request,
      { ...request, authority: "*" },
      { ...request, path: "/*" },
      { ...request, scheme: undefined },
      { ...request, authority: "u@h" },
    ];
    expect(learned({ requests })).toMatchObject({ settings: { "http-allow": ["https://a.example/x"], "http-method": ["GET"] } });
    expect(learned({ requests }).notes.match(/no rule can allow/g)).toHaveLength(4);
    const peer = { kind: "tcp", address: "10.0.0.1", name: undefined, port: 5 } as const;
    const names = ["*", "10.0.0.0/8", "0.0.0.0/0", "a:1", "DB.internal", "10.0.0.1"];
    const peers = [peer, ...names.map((name) => ({ ...peer, name }))];
    expect(learned({ peers, lookups: names }).settings).toEqual({ "sockets-allow": ["tcp:10.0.0.1:5", "tcp:DB.internal:5"] });
    const place = (name: string, isChanged = false) => ({ path: `/d/${name}`, host: `/d/${name}`, isChanged });
    const files = [place("a"), place("x=/etc"), place("y:ro"), place("z:ro", true)];
    expect(learned({ files }).settings).toEqual({ file: ["/d/a=/d/a:ro", "/d/y:ro=/d/y:ro:ro"] });
    const functions = new Set(["wasi:cli/environment#get-environment"]);
    expect(learned({ functions, variables: ["B,C", "A", "*", "D=E"] }).settings).toEqual({ "allow-env": ["A"] });
  });

  test("what lies in a directory that is given needs nothing", () => {
    const place = (name: string, isChanged = false, host = name) => ({ path: name, host, isChanged });
    const directories = [place("/d"), place("/d/out", true), place("/d/sub"), place("/", false, "/elsewhere")];
    const files = [place("/d/a"), place("/d/b", true), place("/d/link", false, "/d2/a"), place("/d/out/c", true)];
    expect(learned({ directories, files }).settings).toEqual({
      preopen: ["/=/elsewhere:ro", "/d/out=/d/out", "/d=/d:ro"],
      file: ["/d/b=/d/b", "/d/link=/d2/a:ro"],
    });
  });
});
