/** `wasi-nest init`: the policy that it writes denies all, and each option in it that is a comment can be given. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parse as parseWat } from "@bytecodealliance/jco";
import { parse as parseToml } from "smol-toml";
import { describe, expect, test } from "vitest";
import { flagsAllowing, samplesOf } from "../../../src/adapters/modules.ts";
import { policyFlags, VIRTUALIZE_OPTIONS } from "../../../src/cli/options.ts";
import { adaptPreview1 } from "../../../src/index.ts";
import { cProgram } from "../../guests/index.ts";
import { temporaryDirectory, wasiNest } from "../wasi-nest.ts";
import { expectDenied, expectOptions } from "./init-checks.ts";

const wat = (text: string): Promise<Uint8Array> => parseWat(text);

const CUSTOM = `(component
  (import "acme:kv/store@1.2.0" (instance
    (export "bucket" (type (sub resource)))
    (type (own 0))
    (export "open" (func (param "name" string) (result 1)))))
  (import "acme:kv/types" (instance (type (record (field "a" u8))) (export "r" (type (eq 0)))))
  (import "wasi:keyvalue/store@0.2.0" (instance (export "get" (func (result u32)))))
  (import "wasi:config/store@0.2.0-rc.1" (instance (type (option string)) (type (variant (case "upstream" string) (case "io" string)))
    (export "error" (type (eq 1))) (type (result 0 (error 2))) (export "get" (func (param "key" string) (result 3)))))
  (import "print" (func (param "text" string)))
  (import "plain" (instance (export "get" (func)))))`;

const GUESTS: readonly (readonly [name: string, make: () => Promise<Uint8Array>])[] = [
  ["a program of preview 1", async () => adaptPreview1(await cProgram("hello"))],
  ["interfaces outside WASI, and unknown ones in it", () => wat(CUSTOM)],
  ["nothing", () => wat("(component)")],
];

test.each(GUESTS)("%s: the policy denies all, and each option in it can be given", async (_, make) => {
  const component = await make();
  await expectDenied(component, "toml");
  await expectDenied(component, "yaml");
  await expectOptions(component, "toml");
});

test("what lets a denied interface through is among what a policy says of it", () => {
  const bases = ["cli/stdin", "cli/stdout", "cli/stderr", "clocks/wall-clock", "filesystem/preopens", "random/random", "cli/exit"];
  for (const base of [...bases, "http/types", "sockets/tcp", "config/store", "keyvalue/store"].map((each) => `wasi:${each}`)) {
    const flags = [...(flagsAllowing(base) ?? "").matchAll(/--([a-z-]+)/g)].map(([, flag]) => flag);
    expect(flags.length).toBeGreaterThan(0);
    expect(samplesOf(base, []).map(({ flag }) => flag)).toEqual(expect.arrayContaining(flags));
  }
});

test("every option that a policy may begin with is one", () => {
  const table = policyFlags(VIRTUALIZE_OPTIONS);
  expect(samplesOf("wasi:cli/environment", ["get-arguments"]).map(({ flag }) => flag)).toEqual(["allow-args", "arg"]);
  for (const base of ["wasi:filesystem/types", "wasi:http/outgoing-handler"])
    for (const { flag } of samplesOf(base, [])) expect(Object.keys(table)).toContain(flag);
});

describe("on the command line", () => {
  test("the policy lies where `auto` finds it, and is not replaced without `--force`", async () => {
    const cwd = temporaryDirectory();
    mkdirSync(path.join(cwd, "sub"));
    writeFileSync(path.join(cwd, "sub/app.wasm"), await cProgram("hello"));
    const { code, stderr } = wasiNest(["init", "sub/app.wasm"], { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "wrote sub/wasi-nest.toml: 16 imports of app.wasm, all denied\n" });
    expect(wasiNest(["sub/app.wasm", "-o", "out.wasm", "--policy", "auto", "--quiet"], { cwd })).toMatchObject({ code: 0, stderr: "" });
    expect(wasiNest(["init", "sub/app.wasm"], { cwd })).toMatchObject({
      code: 1,
      stderr: "wasi-nest: `sub/wasi-nest.toml` is there already: `--force` replaces it\n",
    });
    const json = wasiNest(["init", "sub/app.wasm", "-o", "sub/wasi-nest.toml", "--force"], { cwd });
    expect(json.code).toBe(0);
  });

  test("what is printed is TOML, and JSON has no comments", async () => {
    const cwd = temporaryDirectory();
    writeFileSync(path.join(cwd, "app.wasm"), await wat(CUSTOM));
    const printed = wasiNest(["init", "app.wasm", "-o", "-"], { cwd });
    expect(parseToml(printed.stdout)).toEqual({ deny: "error", "deny-import": ["acme:kv/store", "print", "plain"] });
    const { stderr } = wasiNest(["init", "-", "-o", "wasi-nest.json"], { cwd, input: readFileSync(path.join(cwd, "app.wasm")) });
    expect(stderr).toBe(`wrote wasi-nest.json: 5 imports of the component, all denied
  JSON has no comments: a file that ends in \`.toml\` or \`.yaml\` lists the imports, and the options for each
`);
    expect(JSON.parse(readFileSync(path.join(cwd, "wasi-nest.json"), "utf8"))).toEqual(parseToml(printed.stdout));
    expect(wasiNest(["init", "app.wasm"], { cwd }).stderr).toBe(
      "wasi-nest: `wasi-nest.json` is there already, and `--policy auto` takes one file only: `--out wasi-nest.json --force` replaces it\n",
    );
  });
});
