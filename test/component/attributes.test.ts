/** What names say beside themselves: read, checked, and carried from the app to the output. */
import { parse } from "@bytecodealliance/jco";
import { describe, expect, test } from "vitest";
import { decodeComponent } from "../../src/binary/component.ts";
import { worldOf } from "../../src/component/world.ts";
import { FormatError, LinkError, virtualize } from "../../src/index.ts";
import { bytesOf } from "../compose/apps.ts";
import { transpiled } from "../hosts/jco.ts";

const attributesIn = (component: Uint8Array, kind: "import" | "export"): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    decodeComponent(component).flatMap((section) =>
      section.kind === kind ? section.items.map(({ name }) => [name.name, name.kind === "attributed" ? name.attributes : []] as const) : [],
    ),
  );

const APP = `(component
  (import "primary" (implements "acme:kv/store@1.0.0") (external-id "users") (instance
    (export "open" (external-id "open/0") (func (result u32)))))
  (import "acme:log/log@1.0.0" (external-id "log") (instance (export "line" (func (result u32)))))
  (import "beep" (external-id "https://beep.example") (func))
  (core module $code (func (export "line") (result i32) i32.const 42))
  (core instance $main (instantiate $code))
  (func $line (result u32) (canon lift (core func $main "line")))
  (instance $answers (export "line" (func $line)))
  (export "answers" (implements "acme:log/log@1.0.0") (instance $answers))
  (export "line" (external-id "line/0") (func $line)))`;

test("what the host's imports and the app's exports say beside their names is carried through", async () => {
  const output = bytesOf(virtualize(await parse(APP)).chunks);
  expect(attributesIn(output, "import")).toEqual({
    primary: [
      { kind: "implements", interface: "acme:kv/store@1.0.0" },
      { kind: "external-id", id: "users" },
    ],
    "acme:log/log@1.0.0": [{ kind: "external-id", id: "log" }],
    beep: [{ kind: "external-id", id: "https://beep.example" }],
  });
  expect(attributesIn(output, "export")).toEqual({
    answers: [{ kind: "implements", interface: "acme:log/log@1.0.0" }],
    line: [{ kind: "external-id", id: "line/0" }],
  });
  const primary = worldOf(output).imports.get("primary");
  expect(primary?.kind === "instance" && primary.exports.get("open")?.attributes).toEqual([{ kind: "external-id", id: "open/0" }]);
  await transpiled(output);
});

test("imports of one series that their host is to tell apart are refused", async () => {
  const app = await parse(`(component
    (import "acme:kv/store@1.0.0" (external-id "users") (instance (export "get" (func))))
    (import "acme:kv/store@1.2.0" (external-id "orders") (instance (export "get" (func)))))`);
  expect(() => virtualize(app)).toThrow(
    new LinkError("imports `acme:kv/store@1.0.0` and `acme:kv/store@1.2.0` have other attributes, and the two cannot be one interface", {
      import: "acme:kv/store@1.2.0",
    }),
  );
});

describe("attributes that a name cannot have are refused", () => {
  /** `(import "cfg" …)` with these attributes, as bytes: the text format's own checks would not let them be written. */
  const importing = (name: string, externType: readonly number[], ...attributes: readonly (readonly number[])[]): Uint8Array => {
    const text = (value: string): number[] => [value.length, ...new TextEncoder().encode(value)];
    const items = [0x02, ...text(name), attributes.length, ...attributes.flat(), ...externType];
    return Uint8Array.from([
      ...[0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00],
      ...[7, 7, 2, 0x42, 0x00, 0x40, 0x00, 0x01, 0x00],
      ...[10, items.length + 1, 1, ...items],
    ]);
  };
  const implementing = (name: string): readonly number[] => [0x00, name.length, ...new TextEncoder().encode(name)];
  const [INSTANCE, FUNC] = [
    [0x05, 0],
    [0x01, 1],
  ] as const;
  test.for([
    ["twice", importing("cfg", INSTANCE, implementing("a:b/c"), implementing("a:b/d")), "`cfg` has the attribute `implements` twice"],
    [
      "of a function",
      importing("cfg", FUNC, implementing("a:b/c")),
      "`cfg` is a func that implements `a:b/c`: only instances can implement",
    ],
    ["no interface", importing("cfg", INSTANCE, implementing("abc")), "`cfg` implements `abc`, which is no interface's name"],
    ["of an interface", importing("a:b/d", INSTANCE, implementing("a:b/c")), "`a:b/d` is an interface's name and implements `a:b/c`"],
  ] as const)("%s", ([, bytes, message]) => {
    expect(() => worldOf(bytes)).toThrow(FormatError);
    expect(() => worldOf(bytes)).toThrow(message);
  });
});
