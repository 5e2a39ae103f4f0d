/** What a program gets of `run` with options: what they give, its streams, its arguments and its exit code. */
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "../../src/cli/command-line.ts";
import { RUN_OPTIONS, type RunGiven } from "../../src/cli/options.ts";
import { Progress } from "../../src/cli/progress.ts";
import { isVirtualizing, virtualizedToRun } from "../../src/cli/run-virtualized.ts";
import { adaptCommand, cProgram } from "../guests/index.ts";
import { WASMTIME_CLI_MISSING, wasmtimeCli } from "../hosts/wasmtime-cli.ts";
import { hosts, importsOf } from "../run/on-hosts.ts";
import { withWasmtime } from "./serving.ts";
import { temporaryDirectory, wasiNest } from "./wasi-nest.ts";

const programs = new Map<string, Uint8Array>();

beforeAll(async () => {
  for (const name of ["hello", "clock"]) programs.set(name, await cProgram(name));
  programs.set("component", await adaptCommand(await cProgram("hello")));
}, 300_000);

function project(name: string): string {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, "app.wasm"), programs.get(name) ?? "");
  mkdirSync(join(directory, "files"));
  writeFileSync(join(directory, "files/a.txt"), "one\n");
  return directory;
}

async function toRun(directory: string, options: readonly string[], args: readonly string[] = []): Promise<Uint8Array> {
  const { given } = parse(options, RUN_OPTIONS);
  return (await virtualizedToRun(join(directory, "app.wasm"), given as RunGiven, { args }, new Progress(false))).component;
}

const HOST = { program: "host", args: ["exit=5"], env: { SECRET: "1" } };

describe.each(hosts)("on $name", ({ available, run }) => {
  test.skipIf(!available).each(["hello", "component"])(
    "%s has its arguments, its streams and its exit code, and the mount",
    async (name) => {
      const directory = project(name);
      const args = ["/data/a.txt", "/host/a.txt", "exit=7"];
      const component = await toRun(directory, ["--mount", `/data=${join(directory, "files")}`], args);
      const { stdout, stderr, exitCode } = await run(component, { ...HOST, preopens: { "/host": join(directory, "files") } });
      const lines = [
        "arg 0: app",
        ...args.map((each, i) => `arg ${i + 1}: ${each}`),
        "cwd /",
        "file /data/a.txt:",
        "one",
        "file /host/a.txt: No such file or directory",
      ];
      expect({ stdout, stderr }).toEqual({ stdout: `${lines.join("\n")}\n`, stderr: "hello ends with 7\n" });
      // What jco's adapter has made of a module knows success and failure only.
      expect(exitCode).toBe(name === "hello" ? 7 : 1);
    },
  );

  test.skipIf(!available).each([
    { options: ["--stdio", "ignore", "--stderr", "allow"], stdout: "", stderr: "hello ends with 3\n", exitCode: 3 },
    { options: ["--stdio=deny", "--exit", "code:0"], stdout: "", stderr: "", exitCode: 0 },
    { options: ["--deterministic", "--arg", "exit=0"], stdout: "arg 0: app\narg 1: exit=0\narg 2: exit=3\ncwd /\n", exitCode: 3 },
    { options: ["--allow-env", "--allow-args"], stdout: "arg 0: host\narg 1: exit=5\nenv SECRET=1\ncwd /\n", exitCode: 5 },
  ])("an option that says otherwise wins: $options", async ({ options, ...outcome }) => {
    expect(await run(await toRun(project("hello"), options, ["exit=3"]), HOST)).toMatchObject(outcome);
  });

  test.skipIf(!available)("a directory of `--dir` is there, unless options place its parts", async () => {
    const directory = project("hello");
    const preopens = { "/d": join(directory, "files") };
    const found = async (...options: string[]): Promise<readonly string[]> => {
      const component = await toRun(directory, [...options, "--dir", `${join(directory, "files")}::/d`], ["/d/a.txt", "/e/a.txt"]);
      const { stdout } = await run(component, { preopens });
      return ["/d", "/e"].filter((each) => stdout.includes(`file ${each}/a.txt:\none`));
    };
    expect(await found("--env", "A=1")).toEqual(["/d"]);
    expect(await found("--preopen", "/e=/d")).toEqual(["/e"]);
    expect(await found("--overlay", "/e=/d")).toEqual(["/e"]);
    expect(await found("--allow-fs=false")).toEqual([]);
  });
});

test("nothing else is asked of the host", async () => {
  const most = ["cli/exit", "cli/stderr", "cli/stdin", "cli/stdout", "cli/terminal-"];
  for (const name of ["hello", "clock"])
    for (const options of [["--env", "A=1"], ["--cwd", "/x"], ["--allow-clocks=false"], ["--deny", "error"]]) {
      const asked = (await importsOf(await toRun(project(name), options))).filter((each) => !each.startsWith("wasi:io/"));
      expect(asked, options.join(" ")).toContain("wasi:cli/stdout");
      expect(
        asked.filter((each) => !most.some((one) => each.startsWith(`wasi:${one}`))),
        options.join(" "),
      ).toEqual([]);
    }
});

test("every option that changes what a program gets virtualizes it, also where it says no", () => {
  const plain = ["dir", "host", "watch", "invoke", "try", "diff", "apply", "take", "force", "adapt", "verbose", "help", "version"];
  for (const [flag, { type }] of Object.entries(RUN_OPTIONS)) {
    expect(isVirtualizing({ [flag]: type === "boolean" ? false : "x" }), flag).toBe(!plain.includes(flag));
  }
});

test("what cannot be together is refused", async () => {
  const directory = project("hello");
  await expect(toRun(directory, ["--deterministic", "--dir", "files"])).rejects.toThrow("`--deterministic` and `--dir` exclude each other");
  await expect(toRun(directory, ["--deterministic", "--allow-all"])).rejects.toThrow("exclude each other");
  await expect(toRun(directory, ["--allow-args", "--arg", "x"])).rejects.toThrow("`--allow-args` and `--arg` exclude each other");
  await expect(toRun(directory, ["--exclude", "x"])).rejects.toThrow("`--exclude` is about mounts, and there is no `--mount`");
});

test("the command takes a policy, gives the host's directories that options name, and writes nothing", () => {
  const cwd = project("hello");
  writeFileSync(join(cwd, "wasi-nest.toml"), 'preopen = ["/in=files:ro"]\nmount = ["/data=files"]\nstderr = "ignore"\n');
  const before = readdirSync(cwd);
  const args = ["run", "app.wasm", "--policy", "auto", "--env", "A=1", "--", "/in/a.txt", "/data/a.txt", "files/a.txt"];
  const { code, stdout, stderr } = wasiNest(args, { cwd, env: { SECRET: "1" } });
  const lines = [
    "arg 0: app",
    ...args.slice(-3).map((each, i) => `arg ${i + 1}: ${each}`),
    "env A=1",
    "cwd /",
    "file /in/a.txt:",
    "one",
    "file /data/a.txt:",
    "one",
    "file files/a.txt: No such file or directory",
  ];
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: `${lines.join("\n")}\n`, stderr: "" });
  expect(readdirSync(cwd)).toEqual(before);
});

test("the command says what is denied when that stops the program, and warns of what an option does not find", () => {
  const cwd = project("clock");
  const { code, stderr } = wasiNest(["run", "app.wasm", "--mount", "/d=files", "--exclude", "*.md"], { cwd });
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^warning: `--exclude \*\.md` matches nothing in any mount\nwasi-nest: the component trapped: `wasi:clocks\/\S+` is denied\n {2}`--allow-clocks` lets it through\n$/,
  );
});

test("on Wasmtime it has the same, and its exit code is passed on", ({ skip }) => {
  skip(wasmtimeCli() === undefined, WASMTIME_CLI_MISSING);
  const cwd = project("hello");
  const TMPDIR = temporaryDirectory();
  const args = ["/data/a.txt", "/d/a.txt", "exit=7", "--x"];
  const options = ["--mount", "/data=files", "--preopen", "/d=files:ro", "--env", "A=1", "--host", "wasmtime"];
  const { code, stdout, stderr } = wasiNest(["run", "app.wasm", ...options, "--", ...args], {
    cwd,
    env: { PATH: withWasmtime, TMPDIR, S: "1" },
  });
  const files = ["file /data/a.txt:", "one", "file /d/a.txt:", "one", "file --x: No such file or directory"];
  const lines = ["arg 0: app", ...args.map((each, i) => `arg ${i + 1}: ${each}`), "env A=1", "cwd /", ...files];
  expect({ code, stdout, stderr }).toEqual({ code: 7, stdout: `${lines.join("\n")}\n`, stderr: "hello ends with 7\n" });
  expect(readdirSync(TMPDIR)).toEqual([]);
  const plain = wasiNest(["run", "app.wasm", "--host", "wasmtime", "--dir", "files::/d", "/d/a.txt"], {
    cwd,
    env: { PATH: withWasmtime, S: "1" },
  });
  expect(plain.stdout.split("\n")).toEqual(expect.arrayContaining(["arg 0: app", "env S=1", "file /d/a.txt:", "one"]));
});
