import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { createAdapter } from "../../src/index.ts";
import { adaptCommand, cProgram } from "../guests/index.ts";
import { virtualized } from "../run/on-hosts.ts";
import { lastingDirectories, type Outcome, wasiNest, wasiNestAgain } from "./wasi-nest.ts";

/** A module that imports `env.f`, a function. */
const FOREIGN = Buffer.from("0061736d0100000001040160000002090103656e7601660000", "hex");

let core: Uint8Array;
let app: Uint8Array;
let out: Uint8Array;
beforeAll(async () => {
  core = await cProgram("hello");
  app = await adaptCommand(core);
  const entry = { kind: "file", contents: new TextEncoder().encode("hello\n") } as const;
  const once = virtualized(app, {
    env: { TOKEN: "secret" },
    args: ["build"],
    mounts: [{ path: "/src/a.txt", entry }],
    stdout: "allow",
    allowHttp: true,
  });
  out = virtualized(once, { stdout: "allow", denyImports: ["wasi:sockets/*"] });
}, 300_000);

const newDirectory = lastingDirectories();
function project(): string {
  const directory = newDirectory();
  writeFileSync(join(directory, "app.wasm"), app);
  writeFileSync(join(directory, "core.wasm"), core);
  writeFileSync(join(directory, "out.wasm"), out);
  writeFileSync(join(directory, "closed.wasm"), virtualized(app));
  writeFileSync(join(directory, "adapter.wasm"), Buffer.concat(createAdapter({ allowHttp: true, deny: "trap" }).chunks));
  writeFileSync(join(directory, "foreign.wasm"), FOREIGN);
  writeFileSync(join(directory, "text.wasm"), "(component)");
  writeFileSync(join(directory, "cut.wasm"), out.subarray(0, 2000));
  writeFileSync(join(directory, "stdout.json"), '{ "allow": ["stdout"] }');
  writeFileSync(join(directory, "nothing.json"), '{ "allow": [] }');
  return directory;
}

const inspect = (cwd: string, ...args: string[]): Promise<Outcome> => wasiNestAgain(["inspect", ...args], { cwd });
/** Without numbers that change with every adapter. */
const steady = (text: string): string => text.replace(/ *[\d.]+ (kB|bytes)/g, " N bytes").replace(/wasi-nest [\d.]+/g, "wasi-nest V");

test.for(["app", "out", "closed", "adapter"])("tells of %s.wasm what it can do", async (name) => {
  const { code, stdout, stderr } = await inspect(project(), `${name}.wasm`);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  await expect(steady(stdout)).toMatchFileSnapshot(`__snapshots__/inspect-${name}.txt`);
  for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(160);
  expect(stdout).not.toContain("secret");
});

test("adapts a preview 1 module first, and says so", async () => {
  const { code, stdout } = await inspect(project(), "core.wasm");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^core\.wasm {2}\S+ kB, a preview 1 core module, adapted as a command/);
  expect(await inspect(project(), "core.wasm", "--adapt", "no")).toMatchObject({ code: 1, stdout: "" });
});

test("says what is writable, and how much may be written", async () => {
  const cwd = project();
  const files = ["--mount", "/src=app.wasm:ro", "--mount", "/data/app.wasm=app.wasm:rw", "--tmpfs", "/tmp=64M", "--tmpfs", "/var/tmp"];
  expect((await wasiNestAgain(["app.wasm", "-o", "rw.wasm", "--quiet", ...files, "--fs-max-files", "9"], { cwd })).code).toBe(0);
  const { stdout } = await inspect(cwd, "rw.wasm");
  expect(steady(stdout)).toContain(`
  embedded  /: 1 file, N bytes
  writable  /data: 1 file, N bytes
  writable  /tmp, up to 64M
  writable  /var/tmp
  limits    up to 9 files
`);
});

test("reads standard input", async () => {
  const cwd = project();
  const outcome = wasiNest(["inspect", "-"], { cwd, input: app });
  expect(outcome).toMatchObject({ code: 0, stderr: "" });
  expect(outcome.stdout.replace("standard input", "app.wasm")).toBe((await inspect(cwd, "app.wasm")).stdout);
  const virtualizing = wasiNest(["-", "-o", "x.wasm", "--quiet"], { cwd, input: app });
  expect(virtualizing).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(existsSync(join(cwd, "x.wasm"))).toBe(true);
});

test("prints JSON, and nothing else", async () => {
  const { code, stdout, stderr } = await inspect(project(), "out.wasm", "--json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const value = JSON.parse(stdout) as Record<string, unknown>;
  expect(value).toMatchObject({ reach: ["stdout", "terminals"], adapted: null, wasiVersions: ["0.2.12"] });
  expect(value).not.toHaveProperty("beyond");
});

test.each([[], ["--json"], ["--check", "all.json"]])(
  "an output that leads around rules that it records is an error: %s",
  async (...more) => {
    const cwd = project();
    const plain = virtualized(app, { stdout: "allow", allowEnv: true, allowArgs: true, allowCwd: true });
    // Of the same length, and a rule for variables.
    const text = Buffer.from(plain).toString("latin1").replace('"allowEnv":true', '"allowEnv":[""]');
    writeFileSync(join(cwd, "forged.wasm"), Buffer.from(text, "latin1"));
    writeFileSync(join(cwd, "all.json"), '{ "allow": ["stdout", "environment"] }');
    const { code, stdout, stderr } = await inspect(cwd, "forged.wasm", ...more);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: [
        "wasi-nest: `forged.wasm` says that it has rules, and its wiring leads around them:",
        "  environment  wasi:cli/environment@0.2.12  get-environment",
        "",
      ].join("\n"),
    });
    expect(stdout === "").toBe(more[0] === "--check");
  },
);

describe("--check", () => {
  test("is one line where all is well", async () => {
    const cwd = project();
    expect(await inspect(cwd, "closed.wasm", "--check", "nothing.json")).toEqual({
      code: 0,
      stdout: "closed.wasm can do no more than nothing.json allows\n",
      stderr: "",
    });
    expect((await inspect(cwd, "out.wasm", "--check", "stdout.json")).code).toBe(0);
  });

  test("names what goes beyond, with its functions", async () => {
    const { code, stdout, stderr } = await inspect(project(), "out.wasm", "--check", "nothing.json");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr.split("\n").map((line) => line.trimEnd())).toEqual([
      "wasi-nest: `out.wasm` could do more than `nothing.json` allows:",
      "  stdout     wasi:cli/stdout@0.2.12           get-stdout",
      "  terminals  wasi:cli/terminal-stdout@0.2.12  get-terminal-stdout",
      "",
    ]);
  });

  test("reads the allowance from standard input", () => {
    const { code, stdout } = wasiNest(["inspect", "out.wasm", "--check", "-"], { cwd: project(), input: '{"allow":["stdout"]}' });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "out.wasm can do no more than standard input allows\n" });
  });

  test.for([
    ["not JSON", "allow: stdout", "`a.json` does not say what is allowed: it is not JSON"],
    [
      "an unknown word",
      '{"allow":["stdot"]}',
      "`a.json` does not say what is allowed: `stdot` is neither a word for a subsystem nor the name of an interface: did you mean `stdout`?",
    ],
    ["an unknown key", '{"deny":[]}', "`a.json` does not say what is allowed: it has an unknown key `deny`"],
  ] as const)("with %s is the user's fault", async ([, text, message]) => {
    const cwd = project();
    writeFileSync(join(cwd, "a.json"), text);
    const { code, stdout, stderr } = await inspect(cwd, "out.wasm", "--check", "a.json");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
  });
});

describe("pictures", () => {
  test("go into files, beside everything else", async () => {
    const cwd = project();
    const { code, stdout, stderr } = await inspect(
      cwd,
      "out.wasm",
      "--json",
      "--svg",
      "a.svg",
      "--mermaid=a.mmd",
      "--check",
      "nothing.json",
    );
    expect(code).toBe(1);
    expect(stderr).toContain("could do more");
    expect(readFileSync(join(cwd, "a.svg"), "utf8")).toMatch(/^<svg .*<\/svg>\n$/s);
    expect(readFileSync(join(cwd, "a.mmd"), "utf8")).toMatch(/^---\ntitle: .*\n---\nflowchart LR\n/);
    const { beyond } = JSON.parse(stdout) as { readonly beyond: readonly { readonly name: string }[] };
    expect(beyond.map(({ name }) => name)).toEqual(["wasi:cli/terminal-stdout@0.2.12", "wasi:cli/stdout@0.2.12"]);
  });

  test("go to standard output alone, the verdict beside it", async () => {
    const cwd = project();
    expect((await inspect(cwd, "out.wasm", "--mermaid")).stdout).toMatch(/^---\ntitle: .*\n---\nflowchart LR\n/);
    expect((await inspect(cwd, "out.wasm", "--svg", "-")).stdout).toMatch(/^<svg .*<\/svg>\n$/s);
    const { code, stdout, stderr } = await inspect(cwd, "out.wasm", "--mermaid", "--check", "stdout.json");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "out.wasm can do no more than stdout.json allows\n" });
    expect(stdout).toMatch(/^---\ntitle: .*\n---\nflowchart LR\n/);
  });

  test("replace older ones, and leave them where the component is none", async () => {
    const cwd = project();
    writeFileSync(join(cwd, "a.svg"), "old");
    expect((await inspect(cwd, "cut.wasm", "--svg", "a.svg")).code).toBe(1);
    expect(readFileSync(join(cwd, "a.svg"), "utf8")).toBe("old");
    expect((await inspect(cwd, "out.wasm", "--svg", "a.svg")).code).toBe(0);
    expect(readFileSync(join(cwd, "a.svg"), "utf8")).toMatch(/^<svg /);
  });
});

describe("refuses", () => {
  test.for([
    [["missing.wasm"], "`missing.wasm` does not exist"],
    [["text.wasm"], "`text.wasm` is WebAssembly in its text form"],
    [["cut.wasm"], "`cut.wasm` is not well-formed"],
    [["stdout.json"], "`stdout.json` is not WebAssembly"],
    [["out.wasm", "--check", "missing.json"], "`missing.json` does not exist"],
    [["out.wasm", "--svg", "no/a.svg"], "the output's directory `no` does not exist"],
    [["out.wasm", "--svg", "folder"], "the output `folder` is a directory"],
    [["out.wasm", "--svg", "out.wasm"], "the output `out.wasm` is the input `out.wasm` itself"],
    [["out.wasm", "--mermaid=out.wasm"], "the output `out.wasm` is the input `out.wasm` itself"],
  ] as const)("%o: %s", async ([args, message]) => {
    const cwd = project();
    mkdirSync(join(cwd, "folder"));
    const { code, stdout, stderr } = await inspect(cwd, ...args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("bug");
  });

  test("a core module in the words of the default command", async () => {
    const cwd = project();
    const { code, stderr } = await inspect(cwd, "foreign.wasm");
    expect(code).toBe(1);
    expect(stderr).toBe((await wasiNestAgain(["foreign.wasm", "-o", "x.wasm"], { cwd })).stderr);
  });

  test.for([
    [[], "no component given"],
    [["a.wasm", "b.wasm"], "one component is wanted"],
    [["a.wasm", "--", "b"], "only `run` takes arguments after `--`"],
    [["a.wasm", "--svgs", "x"], "did you mean `--svg`?"],
    [["a.wasm", "--svg"], "`--svg` needs a value"],
    [["a.wasm", "--json", "--mermaid"], "`--json` and `--mermaid` both want standard output"],
    [["a.wasm", "--svg", "-", "--mermaid=-"], "`--svg -` and `--mermaid` both want standard output"],
    [["a.wasm", "--svg", "x", "--mermaid=x"], "`--svg` and `--mermaid` both want `x`"],
    [["-", "--check", "-"], "cannot both be standard input"],
  ] as const)("the command line %o: %s", async ([args, message]) => {
    const { code, stdout, stderr } = await inspect(newDirectory(), ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
  });
});

test("--help says all that", async () => {
  const { code, stdout } = await inspect(newDirectory(), "--help");
  expect(code).toBe(0);
  await expect(stdout).toMatchFileSnapshot("__snapshots__/inspect-help.txt");
});
