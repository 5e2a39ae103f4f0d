/** Policy files: three formats of one policy, what they add to, and what is refused. */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test, vi } from "vitest";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parse } from "../../../src/cli/command-line.ts";
import { libraryOptions } from "../../../src/cli/library-options.ts";
import type { Flags } from "../../../src/cli/policy/merge.ts";
import { Progress } from "../../../src/cli/progress.ts";
import { addPolicy } from "../../../src/cli/policy/add-policy.ts";
import { policyPath, readPolicy } from "../../../src/cli/policy/policy-file.ts";
import { PROFILES } from "../../../src/cli/policy/profiles.ts";
import { POLICY_SCHEMA } from "../../../src/cli/policy/schema.ts";
import { ADAPTER_OPTIONS, COMPOSE_OPTIONS, policyFlags, VIRTUALIZE_OPTIONS } from "../../../src/cli/options.ts";
import { temporaryDirectory } from "../wasi-nest.ts";

const TABLE = policyFlags(VIRTUALIZE_OPTIONS);

/** A folder with these files; gives the path of the first. */
function folder(files: Readonly<Record<string, string>>): string {
  const directory = temporaryDirectory();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(directory, name)), { recursive: true });
    writeFileSync(path.join(directory, name), text);
  }
  return path.join(directory, Object.keys(files)[0] ?? "");
}

const FORMATS = {
  "a.json": `{ "$schema": "./schema.json", "stdout": "allow", "allow-http": false, "allow-env": ["A,B_*"], "allow-config": true,
    "env": { "MODE": "test", "EMPTY": "" }, "arg": ["--x", ""], "mount": { "/data": "../data:rw" }, "env-file": ["e.env", "/abs.env", "-"] }`,
  "a.toml": `stdout = "allow"
allow-http = false
allow-env = ["A,B_*"]
allow-config = true # all
arg = ["--x", ""]
env-file = ["e.env", "/abs.env", "-"]
[env]
MODE = "test"
EMPTY = ""
[mount]
"/data" = "../data:rw"
`,
  "a.yaml": `# a comment
stdout: allow
allow-http: false
allow-env: ["A,B_*"]
allow-config: true
env: [MODE=test, EMPTY=]
arg: [--x, ""]
mount:
  - /data=../data:rw
env-file: [e.env, /abs.env, "-"]
`,
};

test.each(Object.entries(FORMATS))("%s has the words of the command line, and paths from where it is", async (name, text) => {
  const file = folder({ [`sub/${name}`]: text });
  const directory = path.dirname(file);
  expect(await readPolicy(file, TABLE)).toEqual({
    stdout: "allow",
    "allow-http": false,
    "allow-env": ["A,B_*"],
    "allow-config": [""],
    env: ["MODE=test", "EMPTY="],
    arg: ["--x", ""],
    mount: [`/data=${path.join(directory, "../data:rw")}`],
    "env-file": [path.join(directory, "e.env"), "/abs.env", "-"],
  });
});

test("a file adds to those that it extends, and wins", async () => {
  const file = folder({
    "app/wasi-nest.toml": `extends = ["../base.json", "../more.yaml"]\nstdout = "ignore"\nallow-env = false\n[env]\nB = "own"\n`,
    "base.json": `{ "stdout": "allow", "stderr": "allow", "allow-env": true, "env": { "A": "base", "B": "base" }, "hide": ["**/.env"], "mount": ["/d=d"] }`,
    "more.yaml": `env: { A: more }\nhide: ["*.key"]\ndeterministic: true\n`,
  });
  const directory = path.join(path.dirname(file), "..");
  expect(await readPolicy(file, TABLE)).toEqual({
    stdout: "ignore",
    stderr: "allow",
    deterministic: true,
    "allow-env": false,
    env: ["A=more", "B=own"],
    hide: ["**/.env", "*.key"],
    mount: [`/d=${path.join(directory, "d")}`],
  });
});

test("the command line wins over the file, and the file over the profile", async () => {
  const policy = folder({
    "p.json": `{ "profile": "sandbox", "stdin": "ignore", "stdout": "ignore", "arg": ["a"], "env": { "A": "1", "B": "2" }, "allow-http": true, "allow-env": true }`,
  });
  const given = { policy, stdout: "deny", "stdin-text": "in", env: ["B=3"], arg: ["b"], "allow-http": false, "allow-env": ["X"] };
  const merged: object = await addPolicy(given as object, VIRTUALIZE_OPTIONS, undefined);
  // Arguments of one's own exclude the host's, which the profile allows, and an input as text excludes another.
  expect(merged).toEqual({
    ...PROFILES.sandbox.flags,
    "allow-args": undefined,
    policy,
    profile: "sandbox",
    stdout: "deny",
    "stdin-text": "in",
    arg: ["a", "b"],
    env: ["A=1", "B=3"],
    "allow-http": false,
    "allow-env": ["X"],
  });
  expect(merged).not.toHaveProperty("stdin");
});

test("each option that is on in a file can be switched off on the command line, by each of its names", async () => {
  const seen: string[] = [];
  for (const [flag, { type, array, optionalValue, means }] of Object.entries(VIRTUALIZE_OPTIONS)) {
    if (!Object.hasOwn(TABLE, flag) || (type !== "boolean" && !(array === true && optionalValue === true))) continue;
    seen.push(flag);
    const meant = means?.flag ?? flag;
    for (const name of new Set([flag, meant])) {
      const policy = folder({ "p.json": JSON.stringify({ [name]: name === "stdio" ? "allow" : true }) });
      const { given } = parse([`--${flag}=false`], VIRTUALIZE_OPTIONS);
      const merged = await addPolicy({ ...given, policy } as object, VIRTUALIZE_OPTIONS, undefined);
      expect((merged as Flags)[meant], `${flag} over ${name}`).toBe(means?.no ?? false);
    }
  }
  expect(seen).toEqual(
    expect.arrayContaining(["allow-clocks", "allow-env", "allow-config", "debug", "trace", "trace-summary", "compress"]),
  );
});

test("what is switched off is so whatever else is on, in a file and on the command line", async () => {
  const policy = folder({ "p.json": '{ "allow-all": true, "allow-env": false }' });
  const given = parse(["--policy", policy, "--allow-config=false", "--debug=false", "--trace-summary=false"], VIRTUALIZE_OPTIONS).given;
  const { options } = await libraryOptions(await addPolicy(given, VIRTUALIZE_OPTIONS, undefined), new Progress(false));
  expect(options).toEqual({ allowAll: true, allowEnv: false, allowConfig: false, trace: false, traceSummary: false });
});

test("a profile gives a command what that has", async () => {
  const merged: object = await addPolicy({ profile: "sandbox" }, COMPOSE_OPTIONS, undefined);
  expect(merged).toHaveProperty("allow-exit", true);
  expect(merged).not.toHaveProperty("allow-args");
});

test("variables are there where the file asks for them", async () => {
  vi.stubEnv("HOME_OF_TEST", "/h o=me");
  const plain = folder({ "a.json": `{ "env": { "A": "\${HOME_OF_TEST}" } }` });
  expect(await readPolicy(plain, TABLE)).toEqual({ env: ["A=${HOME_OF_TEST}"] });
  const file = folder({
    "a.json": `{ "variables": ["HOME_OF_TEST"], "env": { "A": "x\${HOME_OF_TEST}$" }, "mount": ["/a=\${HOME_OF_TEST}/a"] }`,
  });
  expect(await readPolicy(file, TABLE)).toEqual({ env: ["A=x/h o=me$"], mount: ["/a=/h o=me/a"] });
});

test("`auto` is the file beside the component", () => {
  const file = folder({ "wasi-nest.yaml": "{}", "app.wasm": "" });
  const component = path.join(path.dirname(file), "app.wasm");
  expect(policyPath("auto", component)).toBe(file);
  expect(policyPath("other.json", component)).toBe("other.json");
  writeFileSync(path.join(path.dirname(file), "wasi-nest.json"), "{}");
  expect(() => policyPath("auto", component)).toThrow(/finds `.*wasi-nest.json` and `.*wasi-nest.yaml`, and takes neither/);
  expect(() => policyPath("auto", folder({ "app.wasm": "" }))).toThrow(/`--policy auto` finds none of `wasi-nest.json`, .* in `/);
});

/** Lists of lists of lists. */
const BOMB = `a: &a [x]\n${[..."bcdefgh"].map((name, i) => `${name}: &${name} [${Array.from({ length: 10 }, () => `*${"abcdefgh"[i]}`).join(", ")}]`).join("\n")}\n`;

const REFUSED: readonly (readonly [what: string, files: Readonly<Record<string, string>>, says: string])[] = [
  ["an option that is misspelled", { "a.toml": 'stdot = "allow"' }, ": `stdot` is no option here: did you mean `stdout`?"],
  ["an option with its dashes", { "a.json": '{ "--stdout": "allow" }' }, ": `--stdout` is no option here: did you mean `stdout`?"],
  ["an option of the command's own", { "a.json": '{ "out": "x.wasm" }' }, ": `out` is no option here"],
  ["an option of objects", { "a.json": '{ "constructor": true }' }, ": `constructor` is no option here"],
  ["a policy in a policy", { "a.json": '{ "policy": "b.json" }' }, ": `policy` is no option here"],
  ["a text for a switch", { "a.yaml": "allow-http: yes" }, ": `allow-http` is `yes`, and `true` or `false` is wanted"],
  ["a number for a text", { "a.toml": "fs-max-files = 10" }, ": `fs-max-files` is `10`, and a text is wanted"],
  [
    "a word that is no choice",
    { "a.json": '{ "stdout": "alow" }' },
    ": `stdout` is `alow`, which is none of `allow`, `ignore`, `deny`, `file:PATH`, `prefix:TEXT`, `limit:SIZE[,prefix:TEXT]`",
  ],
  ["a switch for a choice", { "a.json": '{ "deny": true }' }, ": `deny` is `true`, and `error`, `trap` is wanted"],
  ["a text for a list", { "a.json": '{ "arg": "x" }' }, ": `arg` is `x`, and a list of texts is wanted"],
  ["a list of numbers", { "a.json": '{ "arg": [1] }' }, ": `arg` is a list, and a list of texts is wanted"],
  ["an object for a list", { "a.json": '{ "hide": { "a": "b" } }' }, ": `hide` is an object, and a list of texts is wanted"],
  ["a number in an object", { "a.yaml": "env: { A: 1 }" }, ": `A` in `env` is `1`, and a text is wanted"],
  ["a name with =", { "a.json": '{ "env": { "A=B": "1" } }' }, ": `env` has the name `A=B`, and no name has a `=`"],
  ["an empty value", { "a.json": '{ "cwd": "" }' }, ": `cwd` is empty"],
  ["nothing for a value", { "a.yaml": "env:" }, ": `env` is nothing, and a list of texts, or an object of them is wanted"],
  ["a text for names or all", { "a.json": '{ "allow-env": "A" }' }, ": `allow-env` is `A`, and `true` or a list of texts is wanted"],
  ["two values in JSON", { "a.json": '{ "allow-http": false, "allow-http": true }' }, " has `allow-http` twice"],
  ["two values in an object", { "a.json": '{ "env": { "A": "1", "\\u0041": "2" } }' }, " has `A` twice"],
  [
    "two values in TOML",
    { "a.toml": "allow-http = false\nallow-http = true" },
    " is no TOML: trying to redefine an already defined table or value in line 2, column 1",
  ],
  [
    "two values in YAML",
    { "a.yaml": "allow-http: false\nallow-http: true" },
    " is no YAML that is understood: Map keys must be unique in line 2",
  ],
  ["a tag in YAML", { "a.yaml": "cwd: !path /a" }, " is no YAML that is understood: Unresolved tag: !path in line 1"],
  ["a bomb of aliases", { "a.yaml": BOMB }, " is no YAML that is understood: it has too many aliases"],
  ["two documents", { "a.yaml": "cwd: /a\n---\ncwd: /b\n" }, " has several YAML documents, and one is wanted"],
  ["no JSON", { "a.json": '{ "cwd": "/a", }' }, " is no JSON: "],
  ["an empty file of JSON", { "a.json": "" }, " is no JSON: "],
  ["an empty file of YAML", { "a.yaml": "" }, " is nothing, and an object of options is wanted"],
  ["a list", { "a.json": "[]" }, " is a list, and an object of options is wanted"],
  ["another ending", { "a.txt": "{}" }, " is no policy file: its name ends in none of `.json`, `.toml`, `.yaml`, `.yml`"],
  ["a loop", { "a.json": '{ "extends": "b.json" }', "b.json": '{ "extends": ["a.json"] }' }, " extends itself"],
  ["a base that is not there", { "a.json": '{ "extends": "b.json" }' }, " does not exist"],
  ["a base that is no file's name", { "a.json": '{ "extends": [1] }' }, ": `extends` is a list, and a file or a list of files is wanted"],
  ["a variable that is not listed", { "a.json": '{ "variables": ["A1"], "cwd": "/${A1}${B1}" }' }, ": `cwd` has `${"],
  [
    "a variable that is not set",
    { "a.json": '{ "variables": ["NOT_SET_1"], "cwd": "${NOT_SET_1}" }' },
    ": `cwd` has `${NOT_SET_1}`, a variable that is not set",
  ],
  ["a variable that is not used", { "a.json": '{ "variables": ["HOME"] }' }, ": `variables` lists `HOME`, and no value has `${HOME}`"],
  [
    "variables that are no list",
    { "a.json": '{ "variables": true }' },
    ": `variables` is `true`, and a list of names of variables is wanted",
  ],
];

test.each(REFUSED)("%s is refused", async (_, files, says) => {
  await expect(readPolicy(folder(files), TABLE)).rejects.toThrow(says);
});

test("a command refuses what it has no option for", async () => {
  const file = folder({ "a.json": '{ "trace": true }' });
  await expect(readPolicy(file, policyFlags(ADAPTER_OPTIONS))).rejects.toThrow(": `trace` is no option here");
});

test("what is no text is refused", async () => {
  const file = folder({ "a.toml": "" });
  writeFileSync(file, Uint8Array.of(0x61, 0xff));
  await expect(readPolicy(file, TABLE)).rejects.toThrow(" is no text in UTF-8");
  await expect(readPolicy("-", TABLE)).rejects.toThrow("a policy is a file, and `-` is standard input");
});

test("the schema takes what is read, and refuses what is refused for its form", () => {
  const validate = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile(POLICY_SCHEMA);
  expect(validate(JSON.parse(FORMATS["a.json"])), JSON.stringify(validate.errors)).toBe(true);
  for (const { flags } of Object.values(PROFILES)) expect(validate(flags), JSON.stringify(validate.errors)).toBe(true);
  expect(validate({ program: { a: "a.wasm" }, pipefail: true, allow: ["a=stdin"], "wasi-version": ["0.2.6"], extends: "a.json" })).toBe(
    true,
  );
  // Of those in JSON with one file, what only a reader can tell is left out.
  const forms = REFUSED.filter(
    ([what, files]) =>
      "a.json" in files && Object.keys(files).length === 1 && !/two values|no JSON|empty file|not (?:listed|set|used|there)/.test(what),
  );
  expect(forms.length).toBeGreaterThan(12);
  for (const [what, { "a.json": text = "" }] of forms) expect(validate(JSON.parse(text)), what).toBe(false);
});
