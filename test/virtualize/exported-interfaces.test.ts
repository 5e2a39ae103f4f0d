/** Which interfaces are exported beside what an app exports, of interfaces that are virtual or denied. */
import { componentWit, parse } from "@bytecodealliance/jco";
import { describe, expect, test } from "vitest";
import { worldOf } from "../../src/component/world.ts";
import { type Options, virtualize } from "../../src/index.ts";
import { bytesOf } from "../compose/apps.ts";
import { wasiWit, worldComponent } from "../guests/index.ts";
import { validate, wasmtimeAvailable } from "../hosts/wasmtime.ts";

async function library(world: string, version = "0.2.12"): Promise<Uint8Array> {
  return worldComponent(`package test:library;\nworld library {\n${world}\n}\n${await wasiWit(version)}`, "library");
}

/** The exports of what comes out, which is valid. */
async function exportsOf(component: Uint8Array, options: Options = {}): Promise<readonly string[]> {
  const output = bytesOf(virtualize(component, options).chunks);
  await componentWit(output);
  if (wasmtimeAvailable()) expect(await validate(output)).toEqual({ kind: "valid" });
  return [...worldOf(output).exports.keys()];
}

const IO = ["wasi:io/error@0.2.12", "wasi:io/poll@0.2.12", "wasi:io/streams@0.2.12"];

describe("an interface is exported along", () => {
  test("for a function outside of interfaces, and a type that is imported by itself", async () => {
    const app = await library(`use wasi:io/streams@0.2.12.{input-stream}; export open: func(path: string) -> input-stream;`);
    expect(await exportsOf(app)).toEqual([...IO, "open"]);
  });

  test("for handles inside of other types", async () => {
    const app = await library(`export api: interface {
      use wasi:io/streams@0.2.12.{output-stream};
      variant target { nowhere, all(list<tuple<string, output-stream>>) }
      targets: func() -> result<target>;
    }`);
    expect(await exportsOf(app)).toEqual([...IO, "api"]);
  });

  test("for types that no function mentions", async () => {
    const app = await library(`export api: interface { use wasi:io/error@0.2.12.{error}; record failure { cause: error } }`);
    expect(await exportsOf(app)).toEqual(["wasi:io/error@0.2.12", "api"]);
  });

  test("under the app's version, with what that version has", async () => {
    const app = await library(
      `export api: interface { use wasi:filesystem/types@0.2.3.{descriptor}; root: func() -> descriptor; }`,
      "0.2.3",
    );
    const entry = { kind: "directory", entries: new Map() } as const;
    const exports = await exportsOf(app, { mounts: [{ path: "/", entry }] });
    expect(exports).toEqual([...IO.map((name) => name.replace("12", "3")), "wasi:filesystem/types@0.2.3", "api"]);
  });

  test("as the app has it, where WASI does not have it, beside an export of WASI's name", async () => {
    const app = await parse(`(component
      (import "wasi:io/others@0.2.6" (instance $others
        (export "input-stream" (type (sub resource)))
        (export "[method]input-stream.size" (func (param "self" (borrow 0)) (result u64)))))
      (alias export $others "input-stream" (type $input-stream))
      (core module $m (func (export "take") (param i32)))
      (core instance $i (instantiate $m))
      (func $take (param "input" (own $input-stream)) (canon lift (core func $i "take")))
      (instance $api (export "take" (func $take)))
      (export "acme:kit/api@1.0.0" (instance $api))
      (type $own (resource (rep i32)))
      (instance $mine (export "input-stream" (type $own)))
      (export "wasi:io/streams@0.2.3" (instance $mine)))`);
    const output = bytesOf(virtualize(app).chunks);
    if (wasmtimeAvailable()) expect(await validate(output)).toEqual({ kind: "valid" });
    expect([...worldOf(output).exports.keys()]).toEqual(["wasi:io/others@0.2.6", "acme:kit/api@1.0.0", "wasi:io/streams@0.2.3"]);
  });

  test("but not where its types are the host's", async () => {
    const app = await library(
      `import wasi:cli/stdin@0.2.12; export api: interface { use wasi:io/streams@0.2.12.{input-stream}; take: func(input: input-stream); }`,
    );
    expect(await exportsOf(app, { allowAll: true })).toEqual(["api"]);
    expect(await exportsOf(app, { stdin: "allow" })).toEqual(["api"]);
    expect(await exportsOf(app, { stdin: "ignore" })).toEqual([...IO, "api"]);
  });

  test("with the host's pollables where something comes from the host", async () => {
    const app = await library(
      `import wasi:clocks/monotonic-clock@0.2.12; export api: interface { use wasi:io/streams@0.2.12.{input-stream}; take: func(input: input-stream); }`,
    );
    expect(await exportsOf(app, { allowClocks: true })).toEqual(["wasi:io/error@0.2.12", "wasi:io/streams@0.2.12", "api"]);
  });
});

describe("records and the like of an interface that is not the host's", () => {
  const TYPES = ["wasi:clocks/wall-clock@0.2.12", "wasi:filesystem/types@0.2.12"];

  test("are exported alone, without the interface's functions", async () => {
    const app = await library(
      `export api: interface { use wasi:filesystem/types@0.2.12.{descriptor-stat}; last: func() -> descriptor-stat; }`,
    );
    expect(await exportsOf(app)).toEqual([...TYPES, "api"]);
    const types = worldOf(bytesOf(virtualize(app).chunks)).exports.get("wasi:filesystem/types@0.2.12");
    expect(types?.kind === "instance" && [...types.exports.keys()]).toEqual(["descriptor-type", "datetime", "descriptor-stat"]);
  });

  test("may be imported by themselves", async () => {
    const app = await library(`use wasi:filesystem/types@0.2.12.{descriptor-stat}; export last: func() -> list<descriptor-stat>;`);
    expect(await exportsOf(app)).toEqual([...TYPES, "last"]);
  });

  test("are not exported where the function's own interface has them", async () => {
    const app = await library(
      `export api: interface { use wasi:filesystem/types@0.2.12.{error-code}; last: func() -> option<error-code>; }`,
    );
    expect(await exportsOf(app)).toEqual(["api"]);
  });

  test("are the host's where the interface is", async () => {
    const app = await library(
      `export api: interface { use wasi:filesystem/types@0.2.12.{descriptor-stat}; last: func() -> descriptor-stat; }`,
    );
    expect(await exportsOf(app, { allowFs: true, allowClocks: true })).toEqual(["api"]);
  });
});
