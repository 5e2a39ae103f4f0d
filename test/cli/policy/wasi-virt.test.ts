/** Configurations of WASI-Virt as policies: what they come to in our flags and files, and what is refused. */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test, vi } from "vitest";
import { parse } from "../../../src/cli/command-line.ts";
import { libraryOptions } from "../../../src/cli/library-options.ts";
import { ADAPTER_OPTIONS, COMPOSE_OPTIONS, policyFlags, RUN_OPTIONS, VIRTUALIZE_OPTIONS } from "../../../src/cli/options.ts";
import { addPolicy } from "../../../src/cli/policy/add-policy.ts";
import { type Beside, readPolicy } from "../../../src/cli/policy/policy-file.ts";
import { Progress } from "../../../src/cli/progress.ts";
import { say } from "../../../src/cli/terminal.ts";
import { virtualize } from "../../../src/index.ts";
import { cProgram } from "../../guests/index.ts";
import { temporaryDirectory } from "../wasi-nest.ts";

vi.mock("../../../src/cli/terminal.ts", async (original) => ({ ...(await original<object>()), say: vi.fn() }));

const TABLE = policyFlags(VIRTUALIZE_OPTIONS);

function file(text: string, name = "virt.toml"): string {
  const directory = temporaryDirectory();
  mkdirSync(path.join(directory, "local"));
  writeFileSync(path.join(directory, "local/f"), "f");
  writeFileSync(path.join(directory, name), text);
  return path.join(directory, name);
}

async function read(text: string, table = TABLE): Promise<Beside & { readonly flags: object; readonly folder: string }> {
  const beside: Beside = { mounts: [], notes: [] };
  const where = file(text);
  return { flags: await readPolicy(where, table, beside), ...beside, folder: path.dirname(where) };
}

const WHOLE = `
clocks = true
exit = false
http = true
random = true
sockets = false
debug = true
wasi-version = "0.2.3"
run-wasm-opt = true
[env]
overrides = [["CUSTOM", "VAL"], ["LIST", "a,b=c"]]
host = { deny = ["PRIVATE_TOKEN"] }
[config]
overrides = [["custom", "val"]]
host = { allow = ["public_prop", "other"] }
[stdio]
stdin = "ignore"
stdout = "allow"
stderr = "deny"
[fs]
host-preopens = false
passive-cutoff = 1024
[fs.preopens."/host"]
runtime-dir = "/data"
[fs.preopens."/"]
virtualize = "./local"
[fs.preopens."/in".dir]
"a.txt" = { source = "text é" }
"b.bin" = { file = [0, 255] }
"empty" = { dir = {} }
"to-a" = { symlink = "a.txt" }
"local" = { virtualize = "./local/f" }
"hosts" = { runtime-file = "/data/hosts" }
sub.dir = { "c.txt" = { source = "" } }
`;

test("all that WASI-Virt has, in our words", async () => {
  const { flags, mounts, notes, folder } = await read(WHOLE);
  expect(flags).toEqual({
    "allow-clocks": true,
    "allow-exit": false,
    "allow-http": true,
    "allow-random": true,
    "allow-sockets": false,
    trace: [""],
    "wasi-version": ["0.2.3"],
    env: ["CUSTOM=VAL", "LIST=a,b=c"],
    "allow-env": [""],
    "deny-env": ["PRIVATE_TOKEN"],
    config: ["custom=val"],
    "allow-config": ["public_prop", "other"],
    stdin: "ignore",
    stdout: "allow",
    stderr: "deny",
    "allow-fs": false,
    mount: [`/=${folder}/local:ro`, `/in/local=${folder}/local/f:ro`],
    preopen: ["/host=/data"],
    file: ["/in/hosts=/data/hosts"],
  });
  const text = (contents: string): object => ({ kind: "file", contents: new TextEncoder().encode(contents) });
  expect(mounts).toEqual([
    {
      path: "/in",
      entry: {
        kind: "directory",
        entries: new Map<string, object>([
          ["a.txt", text("text é")],
          ["b.bin", { kind: "file", contents: Uint8Array.of(0, 255) }],
          ["empty", { kind: "directory", entries: new Map() }],
          ["to-a", { kind: "link", target: "a.txt" }],
          ["sub", { kind: "directory", entries: new Map([["c.txt", text("")]]) }],
        ]),
      },
    },
  ]);
  expect(notes).toEqual([`\`${folder}/virt.toml\` is a configuration of WASI-Virt: what it does not name is denied`]);
});

test("an output is made of it, and the command says what it has read", async () => {
  const where = file(WHOLE);
  const given = await addPolicy({ policy: where, env: ["CUSTOM=mine"] }, VIRTUALIZE_OPTIONS, undefined);
  expect(say).toHaveBeenCalledWith([`note: \`${where}\` is a configuration of WASI-Virt: what it does not name is denied`]);
  const { options } = await libraryOptions(given as never, new Progress(false));
  expect(options).toMatchObject({ allowClocks: true, allowHttp: true, env: { LIST: "a,b=c", CUSTOM: "mine" }, denyEnv: ["PRIVATE_TOKEN"] });
  expect(options.mounts?.map((mount) => mount.path)).toEqual(["/", "/in/local", "/in"]);
  const { report } = virtualize(await cProgram("hello"), { ...(options as object), trace: false });
  expect(report.files.count).toBe(5);
});

test("a file that it is extended by, and other commands", async () => {
  const where = file(`extends = "virt.toml"\nstdout = "ignore"\n`, "own.toml");
  writeFileSync(path.join(path.dirname(where), "virt.toml"), WHOLE);
  const beside: Beside = { mounts: [], notes: [] };
  expect(await readPolicy(where, TABLE, beside)).toMatchObject({ stdout: "ignore", stdin: "ignore", "allow-clocks": true });
  expect(beside.mounts.length).toBe(1);
  const version = `wasi-version = "0.2.3"\nclocks = true\n`;
  for (const table of [RUN_OPTIONS, COMPOSE_OPTIONS])
    expect((await read(version, policyFlags(table))).flags).toEqual({ "allow-clocks": true });
  await expect(read("debug = true\nclocks = true\n", policyFlags(ADAPTER_OPTIONS))).rejects.toThrow("`debug` is about a component");
});

test.each<[text: string, flags: object]>([
  ["clocks = false", { "allow-clocks": false }],
  ["[env]\noverrides = []\n", { "allow-env": false }],
  [`[env]\nhost = "all"\noverrides = []\n`, { "allow-env": [""] }],
  [`random = true\n[env]\nhost = "all"\n`, { "allow-random": true, "allow-env": [""] }],
  [`[env]\nhost = "none"\noverrides = [["A", "b"]]\n`, { "allow-env": false, env: ["A=b"] }],
  [`[env.host]\nallow = []\n`, { "allow-env": false }],
  [`[env.host]\ndeny = []\n`, { "allow-env": [""] }],
  [`[config]\nhost = "all"\noverrides = []\n`, { "allow-config": [""] }],
  ["[fs]\nhost-preopens = true\n", { "allow-fs": true }],
  [`[stdio]\nstdout = "allow"\n`, { stdout: "allow" }],
  // Policies of ours.
  [`[env]\noverrides = "x"\nhost = "y"\n`, { env: ["overrides=x", "host=y"] }],
  [`[env]\nhost = "all"\nA = "b"\n`, { env: ["host=all", "A=b"] }],
  [`stdio = "allow"\n[env]\nhost = "none"\n`, { stdio: "allow", env: ["host=none"] }],
  [`exit = "code:3"\n`, { exit: "code:3" }],
])("%j", async (text, flags) => {
  expect((await read(text)).flags).toEqual(flags);
});

test("another name of a flag takes back what lies below it, from the command line and in a file", async () => {
  const merged = async (...argv: readonly string[]): Promise<object> =>
    addPolicy(parse(argv, VIRTUALIZE_OPTIONS).given, VIRTUALIZE_OPTIONS, undefined);
  expect(await merged("--profile", "sandbox", "--allow-stdio=false")).toMatchObject({ stdio: "deny" });
  expect(await merged("--profile", "pure", "--allow-stdio")).toMatchObject({ stdio: "allow" });
  const where = file(`profile = "sandbox"\nallow-stdio = false\ndebug = true\n`, "own.toml");
  expect(await merged("--policy", where)).toMatchObject({ stdio: "deny", trace: [""] });
  expect(await merged("--policy", where, "--stdio=ignore")).toMatchObject({ stdio: "ignore" });
  await expect(read(`stdio = "ignore"\nallow-stdio = true\n`)).rejects.toThrow("has `allow-stdio` beside another name of the same option");
});

const entry = (text: string): string => `[fs.preopens."/a"]\n${text}\n`;
test.each<[text: string, says: string]>([
  [`[env]\nhost = "all"\n`, "`env.host` gives all or none of the host's to WASI-Virt, and is a value named `host` in a policy"],
  [
    "clocks = true\nrandm = true\n",
    "`randm` is no key of WASI-Virt, whose configuration this is by its other keys: did you mean `random`?",
  ],
  [`clocks = true\nprofile = "sandbox"\n`, "`profile` is no key of WASI-Virt"],
  [`clocks = true\nrandom = "yes"\n`, "`random` is `yes`, and `true` or `false` is wanted"],
  [`clocks = true\ncompose-component-path = "a"\n`, "`compose-component-path` is not read: the component stands on the command line"],
  [`[env]\noverrides = [["A"]]\n`, "`env.overrides` has what is no pair of two texts"],
  [`[env]\noverrides = [["A=", "b"]]\n`, "`env.overrides` has the name `A=`, which is none"],
  [`[env.host]\nallow = ["A*"]\n`, "`env.host.allow` has `A*`, which is not a name that can be told"],
  [`[env.host]\nallow = ["A"]\ndeny = ["B"]\n`, "`env.host` has neither `allow` nor `deny` alone"],
  [`[env.host]\nalow = ["A"]\n`, "`env.host` has neither `allow` nor `deny` alone"],
  [`[env]\noverrides = []\nhost = "some"\n`, "`env.host` is `some`, and `all`, `none`, or an object with `allow` or `deny` is wanted"],
  [`[config.host]\ndeny = ["a"]\n`, "`config.host.deny` has no word here: `config.host.allow` names the keys that are allowed"],
  [`[stdio]\nstdout = "file:/a"\n`, "`stdio.stdout` is `file:/a`, and `allow`, `ignore` or `deny` is wanted"],
  [
    `[stdio]\nstdot = "allow"\n`,
    "`stdio.stdot` is no key of WASI-Virt, whose configuration this is by its other keys: did you mean `stdout`?",
  ],
  ["[fs]\nhost-preopen = true\n", "`fs.host-preopen` is no key of WASI-Virt"],
  [`[fs]\npassive-cutoff = "a"\n`, "`fs.passive-cutoff` is `a`, and a whole number is wanted"],
  [
    `[fs]\nhost-preopens = true\npreopens = { "/a" = { runtime-dir = "/b" } }\n`,
    "`fs.host-preopens` and a `runtime-dir` exclude each other",
  ],
  [entry(`virtualise = "."`), '`fs.preopens."/a"` is none of `virtualize`, `runtime-dir`'],
  [entry(`source = "a"\nfile = [1]`), '`fs.preopens."/a"` has `source` and `file`, and one is wanted'],
  [entry("file = [256]"), '`fs.preopens."/a".file` is a list, and a list of bytes, 0 to 255, is wanted'],
  [entry(`runtime-dir = "/b:ro"`), '`fs.preopens."/a".runtime-dir` ends in `:ro`, which means read-only here'],
  [entry(`dir = { "a/b" = { source = "" } }`), '`fs.preopens."/a".dir` has the name `a/b`'],
  [entry(`dir = { ".." = { source = "" } }`), '`fs.preopens."/a".dir` has the name `..`'],
  [entry("dir = { b = { source = 1 } }"), '`fs.preopens."/a".dir."b".source` is `1`, and a text is wanted'],
  [`[fs.preopens."/a=b"]\nvirtualize = "."\n`, '`fs.preopens."/a=b"` has a `=` in its path'],
])("refuses %j", async (text, says) => {
  await expect(read(text)).rejects.toThrow(says);
});
