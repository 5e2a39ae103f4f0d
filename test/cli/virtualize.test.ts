import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { type Entry, type Report, virtualize } from "../../src/index.ts";
import { adaptCommand, cProgram } from "../guests/index.ts";
import { runOnJco } from "../hosts/jco.ts";
import { lastingDirectories, MAIN, temporaryDirectory, wasiNest, wasiNestAgain } from "./wasi-nest.ts";

let core: Uint8Array;
let component: Uint8Array;

beforeAll(async () => {
  core = await cProgram("hello");
  component = await adaptCommand(core);
}, 300_000);

const newDirectory = lastingDirectories();
function project(): string {
  const directory = newDirectory();
  writeFileSync(join(directory, "app.wasm"), component);
  writeFileSync(join(directory, "core.wasm"), core);
  mkdirSync(join(directory, "files/deep"), { recursive: true });
  writeFileSync(join(directory, "files/a.txt"), "one\n");
  writeFileSync(join(directory, "files/deep/b.txt"), "two\n");
  return directory;
}

const OUTPUT = ["--stdout", "allow", "--stderr", "allow"];

test("gives a program its arguments, variables and files", async () => {
  const cwd = project();
  writeFileSync(join(cwd, "variables"), "# comment\nexport FROM_FILE='in quotes' # more\n\nLINES=\"a\\nb\"\nBOTH=file\n");
  const { code, stderr, stdout } = await wasiNestAgain(
    [
      "app.wasm",
      "-o",
      "out.wasm",
      ...OUTPUT,
      "-e",
      "COMMAS=a,b=c",
      "-eBOTH=line",
      "--env-file",
      "variables",
      "--arg",
      "--verbose",
      "--arg",
      '"quoted"',
      "--arg=",
      "--arg",
      "/src/deep/b.txt",
      "--mount",
      "/src=files",
    ],
    { cwd },
  );
  expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
  expect(stderr).toMatch(/^app\.wasm → out\.wasm, /);
  const outcome = await runOnJco(readFileSync(join(cwd, "out.wasm")), { env: { SECRET: "x" } });
  expect(outcome.stdout.toString().split("\n")).toEqual(
    expect.arrayContaining([
      "arg 0: app",
      "arg 1: --verbose",
      'arg 2: "quoted"',
      "arg 3: ",
      "env COMMAS=a,b=c",
      "env BOTH=line",
      "env FROM_FILE=in quotes",
      "env LINES=a",
      "b",
      "file /src/deep/b.txt:",
      "two",
    ]),
  );
  expect(outcome.stdout.toString()).not.toContain("SECRET");
});

test("writes the same bytes by either name, to a file and to standard output", async () => {
  const cwd = project();
  expect(wasiNest(["app.wasm", "-o", "one.wasm", "--quiet"], { cwd })).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(wasiNest(["virtualize", "app.wasm", "-o", "two.wasm", "--quiet"], { cwd })).toEqual({ code: 0, stdout: "", stderr: "" });
  const child = spawn(process.execPath, [MAIN, "app.wasm", "-o", "-", "--quiet"], { cwd, stdio: ["ignore", "pipe", "inherit"] });
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout) chunks.push(chunk as Buffer);
  expect(Buffer.concat(chunks).equals(readFileSync(join(cwd, "one.wasm")))).toBe(true);
  expect(readFileSync(join(cwd, "two.wasm")).equals(readFileSync(join(cwd, "one.wasm")))).toBe(true);
});

test("a program from standard input has the name `app`", () => {
  const cwd = project();
  expect(wasiNest(["-", "-o", "out.wasm", ...OUTPUT, "--quiet"], { cwd, input: component })).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(wasiNest(["run", "out.wasm"], { cwd }).stdout).toContain("arg 0: app\n");
  expect(wasiNest(["run", "-"], { cwd, input: component }).stdout).toContain("arg 0: app\n");
});

test("replaces the file behind a link, keeps its mode, and leaves nothing else", async () => {
  const cwd = project();
  mkdirSync(join(cwd, "real"));
  writeFileSync(join(cwd, "real/out.wasm"), "old", { mode: 0o600 });
  symlinkSync("real/out.wasm", join(cwd, "out.wasm"));
  expect((await wasiNestAgain(["app.wasm", "-o", "out.wasm", "--quiet"], { cwd })).code).toBe(0);
  expect(readdirSync(join(cwd, "real"))).toEqual(["out.wasm"]);
  expect(statSync(join(cwd, "real/out.wasm")).mode & 0o777).toBe(0o600);
  expect(statSync(join(cwd, "real/out.wasm")).size).toBeGreaterThan(component.length);
});

test("writes to a device, and does not replace it", () => {
  const cwd = project();
  expect(wasiNest(["app.wasm", "-o", "/dev/null", "--quiet"], { cwd }).code).toBe(0);
  expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
});

test("`--dry-run` writes nothing and reports", async () => {
  const cwd = project();
  const { code, stderr } = await wasiNestAgain(["app.wasm", "-o", "out.wasm", "--dry-run"], { cwd });
  expect(code).toBe(0);
  expect(stderr).toMatch(/^app\.wasm → nothing written, /);
  expect(readdirSync(cwd)).not.toContain("out.wasm");
});

test("`--json` is the report and nothing else", async () => {
  const cwd = project();
  const { code, stdout, stderr } = await wasiNestAgain(["core.wasm", "-o", "out.wasm", "--json", "--mount", "/src=files"], { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const report = JSON.parse(stdout) as { imports: { name: string; outcome: string }[]; sizes: { total: number } };
  expect(report).toMatchObject({ adapted: "command", files: { count: 2, bytes: 8 }, warnings: [] });
  expect(report.imports.find(({ name }) => name.startsWith("wasi:filesystem/types@"))?.outcome).toBe("virtualized");
  expect(report.sizes.total).toBe(statSync(join(cwd, "out.wasm")).size);
});

test("denies as it is told", async () => {
  const cwd = project();
  const args = ["--deny", "trap", "--deny-import", "wasi:cli/exit=error", "--deny-import=wasi:io/*"];
  expect(await wasiNestAgain(["app.wasm", "-o", "out.wasm", ...args, "--quiet"], { cwd })).toEqual({ code: 0, stdout: "", stderr: "" });
  const denyImports = [{ name: "wasi:cli/exit", deny: "error" } as const, "wasi:io/*"];
  const { chunks } = virtualize(component, { programName: "app", deny: "trap", denyImports });
  expect(readFileSync(join(cwd, "out.wasm")).equals(Buffer.concat(chunks))).toBe(true);
});

test("makes writable what it is told, and says so", async () => {
  const cwd = project();
  mkdirSync(join(cwd, "odd:rw"));
  writeFileSync(join(cwd, "odd:rw/c.txt"), "three\n");
  const args = ["--mount", "/a=files:rw", "--mount=/b=odd:rw:ro", "--mount", "/c/one.txt=files/a.txt:rw", "--tmpfs", "/tmp=2k"];
  const limits = ["--tmpfs=/var/tmp", "--fs-max-bytes", "1G", "--fs-max-files", "1000"];
  const { code, stderr } = await wasiNestAgain(["app.wasm", "-o", "out.wasm", ...args, ...limits], { cwd });
  expect(code).toBe(0);
  expect(stderr).toMatch(/^ {2}embedded {5}4 files, 18 bytes/m);
  expect(stderr).toMatch(/^ {2}writable {5}\/a, \/c, \/tmp up to 2K, \/var\/tmp; together up to 1G and 1000 files$/m);
  const file = (text: string): Entry => ({ kind: "file", contents: Buffer.from(text) });
  const directory = (entries: Readonly<Record<string, Entry>>): Entry => ({ kind: "directory", entries: new Map(Object.entries(entries)) });
  const { chunks, report } = virtualize(component, {
    programName: "app",
    mounts: [
      { path: "/a", entry: directory({ "a.txt": file("one\n"), deep: directory({ "b.txt": file("two\n") }) }), writable: true },
      { path: "/b", entry: directory({ "c.txt": file("three\n") }) },
      { path: "/c/one.txt", entry: file("one\n"), writable: true },
    ],
    tmpfs: [{ path: "/tmp", maxBytes: 2048 }, { path: "/var/tmp" }],
    fsMaxBytes: 1 << 30,
    fsMaxFiles: 1000,
  });
  expect(readFileSync(join(cwd, "out.wasm")).equals(Buffer.concat(chunks))).toBe(true);
  expect(report.files.writable).toEqual([{ path: "/a" }, { path: "/c" }, { path: "/tmp", maxBytes: 2048 }, { path: "/var/tmp" }]);
  expect(report.files.limits).toEqual({ maxBytes: 1 << 30, maxFiles: 1000 });
});

test("puts streams into files, exports files, and says so", async () => {
  const cwd = project();
  const args = ["--mount", "/a=files:rw", "--stdin", "file:/a/a.txt", "--stdout", "file:/a/out", "--stderr=file:/err", "--export-files"];
  const { code, stderr } = await wasiNestAgain(["app.wasm", "-o", "out.wasm", ...args, "--fs-max-bytes=1M"], { cwd });
  expect(code).toBe(0);
  expect(stderr).toMatch(/^ {2}streams {6}stdin from \/a\/a\.txt, stdout to \/a\/out, stderr to \/err$/m);
  expect(stderr).toMatch(/^ {2}exported {5}the files, by wasi-nest:virtual\/files@0\.1\.0$/m);
  expect(stderr).toMatch(/^ {2}writable {5}\/a; together up to 1M$/m);
  const file = (text: string): Entry => ({ kind: "file", contents: Buffer.from(text) });
  const deep: Entry = { kind: "directory", entries: new Map([["b.txt", file("two\n")]]) };
  const entry: Entry = {
    kind: "directory",
    entries: new Map([
      ["a.txt", file("one\n")],
      ["deep", deep],
    ]),
  };
  const { chunks, report } = virtualize(component, {
    programName: "app",
    mounts: [{ path: "/a", entry, writable: true }],
    stdin: { file: "/a/a.txt" },
    stdout: { file: "/a/out" },
    stderr: { file: "/err" },
    exportFiles: true,
    fsMaxBytes: 1 << 20,
  });
  expect(readFileSync(join(cwd, "out.wasm")).equals(Buffer.concat(chunks))).toBe(true);
  expect(report.files.streams).toEqual({ stdin: "/a/a.txt", stdout: "/a/out", stderr: "/err" });
  expect(report.exports).toContain("wasi-nest:virtual/files@0.1.0");
  expect((await wasiNestAgain(["inspect", "out.wasm"], { cwd })).stdout).toMatch(/^ {2}exported {2,}the files$/m);
  expect(
    (await wasiNestAgain(["app.wasm", "--dry-run", "--stdout", "file:/o", "--export-files", "--fs-max-files", "3"], { cwd })).code,
  ).toBe(0);
});

test("hides and protects what it is told, and says so", async () => {
  const cwd = project();
  const rules = ["--hide", "**/b.txt", "--protect", "deep/**", "--hide", "a.txt"];
  const { code, stderr } = await wasiNestAgain(["app.wasm", "-o", "out.wasm", "--mount", "/src=files:rw", ...rules], { cwd });
  expect(code).toBe(0);
  expect(stderr).toMatch(/^ {2}hidden +\*\*\/b\.txt, a\.txt\n {2}protected +deep\/\*\*$/m);
  expect(stderr).toContain("warning: the rule `hide: a.txt` matches only in the root of a mount");
  expect(readFileSync(join(cwd, "out.wasm")).includes("two\n")).toBe(false);
  expect((await wasiNestAgain(["inspect", "out.wasm"], { cwd })).stdout).toMatch(
    /^ {2}hidden +\*\*\/b\.txt, a\.txt\n {2}protected +deep\/\*\*$/m,
  );
  expect(await wasiNestAgain(["app.wasm", "-o", "no.wasm", "--tmpfs", "/t", "--hide", "{a,b}"], { cwd })).toEqual({
    code: 2,
    stdout: "",
    stderr: "wasi-nest: the glob `{a,b}` has `{` in it: `?` stands for any character\n",
  });
  expect(await wasiNestAgain(["app.wasm", "-o", "no.wasm", "--mount", "/t=files", "--hide", "{a,b}"], { cwd })).toEqual({
    code: 2,
    stdout: "",
    stderr: "wasi-nest: the glob `{a,b}` has `{` in it: `?` stands for any character\n",
  });
  expect(existsSync(join(cwd, "no.wasm"))).toBe(false);
});

test("the report says what became of the imports", async () => {
  const cwd = project();
  const { stderr } = await wasiNestAgain(["core.wasm", "-o", "out.wasm", ...OUTPUT, "--mount", "/src=files"], { cwd });
  expect(stderr).toMatch(/^ {2}adapted {6}a preview 1 core module, as a command$/m);
  expect(stderr).toMatch(/^ {2}virtualized {2}wasi:cli@0\.2\.\d+ +environment\b/m);
  expect(stderr).toMatch(/^ {2}denied {7}wasi:/m);
  expect(stderr).toMatch(/^ {2}embedded {5}2 files, 8 bytes$/m);
  expect(stderr).not.toContain("\x1b");
});

test("an earlier output in a mount is refused, and can be left out", () => {
  const cwd = project();
  const args = ["app.wasm", "-o", "out.wasm", "--mount", "/=."];
  expect(wasiNest(args, { cwd }).code).toBe(0);
  const before = readFileSync(join(cwd, "out.wasm"));
  const { code, stderr } = wasiNest(args, { cwd });
  expect({ code, stderr }).toEqual({ code: 1, stderr: "wasi-nest: `./out.wasm` is the output itself\n  `--exclude` leaves it out\n" });
  expect(readFileSync(join(cwd, "out.wasm")).equals(before)).toBe(true);
  expect(wasiNest([...args, "--exclude", "*.wasm"], { cwd }).code).toBe(0);
});

test("warns of a glob that matches nothing in any mount, and of a working directory that is not there", async () => {
  const cwd = project();
  mkdirSync(join(cwd, "other"));
  writeFileSync(join(cwd, "other/c.md"), "");
  const mounts = ["--mount", "/files=files", "--mount", "/other=other"];
  const warnings = async (...args: readonly string[]): Promise<readonly string[]> => {
    const { code, stderr } = await wasiNestAgain(["app.wasm", "--dry-run", ...mounts, ...args], { cwd });
    expect(code).toBe(0);
    return stderr.split("\n").filter((line) => line.startsWith("warning:"));
  };
  expect(await warnings("--exclude", "*.md", "--exclude", "*.text", "--include", "**", "--include", "x y")).toEqual([
    "warning: `--include x y` matches nothing in any mount",
    "warning: `--exclude *.text` matches nothing in any mount",
  ]);
  expect(await warnings("--cwd", "/files/deep")).toEqual([]);
  expect(await warnings("--cwd", "/file")).toEqual([
    "warning: the working directory `/file` lies in no mount: relative paths of the program lead nowhere",
  ]);
});

test.each([
  ["clocks", /^wasi:clocks\//],
  ["exit", /^wasi:cli\/exit@/],
  ["fs", /^wasi:filesystem\//],
  ["cwd", undefined],
] as const)("`--allow-%s=false` says no, also beside `--allow-all`", async (name, pattern) => {
  const cwd = project();
  const report = async (...args: readonly string[]): Promise<Report> =>
    JSON.parse((await wasiNestAgain(["app.wasm", "--dry-run", "--json", "--allow-all", ...args], { cwd })).stdout) as Report;
  const outcomes = ({ imports }: Report): readonly string[] =>
    imports
      .filter((each) => (pattern === undefined ? each.name.startsWith("wasi:cli/environment@") : pattern.test(each.name)))
      .map(({ outcome }) => outcome);
  expect(new Set(outcomes(await report()))).toEqual(new Set(["allowed"]));
  expect(outcomes(await report(`--allow-${name}=false`))).not.toContain("allowed");
});

test("a reader that goes away is no crash", async () => {
  const cwd = project();
  writeFileSync(join(cwd, "files/large"), Buffer.alloc(1 << 24, 1));
  const child = spawn(process.execPath, [MAIN, "app.wasm", "-o", "-", "--quiet", "--mount", "/=files"], {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.once("data", () => child.stdout.destroy());
  let complaints = "";
  child.stderr.on("data", (chunk: Buffer) => (complaints += chunk.toString()));
  const code = await new Promise((resolve) => child.on("close", resolve));
  expect({ code, complaints }).toEqual({ code: 1, complaints: "" });
});

test("the help is complete", () => {
  const cwd = temporaryDirectory();
  const help = wasiNest(["--help"], { cwd });
  expect(help).toMatchObject({ code: 0, stderr: "" });
  expect(help.stdout).toMatchSnapshot();
  const run = wasiNest(["run", "--help"], { cwd });
  expect(run.stdout).toMatchSnapshot();
  // By the command's name, and without anything.
  expect(wasiNest(["help", "run"], { cwd })).toEqual(run);
  expect([wasiNest(["help"], { cwd }), wasiNest([], { cwd })]).toEqual([help, help]);
});

test("the version is the package's", () => {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8")) as { version: string };
  expect(wasiNest(["version"], { cwd: temporaryDirectory() })).toEqual(wasiNest(["--version"], { cwd: temporaryDirectory() }));
  expect(wasiNest(["--version"], { cwd: temporaryDirectory() })).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
});
