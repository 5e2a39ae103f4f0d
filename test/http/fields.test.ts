/** The resource `fields`: names in whatever case, several values, and what may not be in there. */
import { describe, expect, test } from "vitest";
import { type Field, Fields } from "../../src/http/fields.ts";
import { WitError } from "../../src/http/wit-error.ts";

const value = (text: string): Uint8Array => Buffer.from(text, "latin1");
const entry = ([name, bytes]: Field): string => `${name}: ${Buffer.from(bytes).toString("latin1")}`;
const list = (fields: Fields): readonly string[] => fields.entries().map(entry);
const made = (): Fields =>
  Fields.fromList([
    ["A", value("1")],
    ["b", value("2")],
    ["a", value("3")],
    ["C", value("")],
  ]);

test("keeps the order and the case", () => {
  expect(list(made())).toEqual(["A: 1", "b: 2", "a: 3", "C: "]);
  expect(list(new Fields())).toEqual([]);
});

test("finds names in whatever case", () => {
  expect(made().get("a")).toEqual([value("1"), value("3")]);
  expect([made().has("B"), made().has("d"), made().has("")]).toEqual([true, false, false]);
  expect(made().get("d")).toEqual([]);
});

test("sets all values in place of those there were", () => {
  const fields = made();
  fields.set("a", [value("x"), value("y")]);
  fields.set("D", [value("z")]);
  expect(list(fields)).toEqual(["a: x", "a: y", "b: 2", "C: ", "D: z"]);
  fields.set("b", []);
  expect(fields.has("b")).toBe(false);
});

test("deletes and appends", () => {
  const fields = made();
  fields.delete("a");
  fields.append("B", value("4"));
  fields.delete("nothing");
  expect(list(fields)).toEqual(["b: 2", "C: ", "B: 4"]);
});

test("a clone is on its own, and can be changed", () => {
  const fields = made();
  const clone = fields.immutable().clone();
  clone.delete("a");
  fields.append("d", value("5"));
  expect(list(clone)).toEqual(["b: 2", "C: "]);
  expect(list(fields)).toEqual(["A: 1", "b: 2", "a: 3", "C: ", "d: 5"]);
});

/** Everything that could change fields, and the error of it. */
function errorsOf(fields: Fields, name: string, bytes: Uint8Array): readonly unknown[] {
  const steps = [() => fields.set(name, [value("fine"), bytes]), () => fields.append(name, bytes), () => Fields.fromList([[name, bytes]])];
  const before = list(fields);
  const errors = steps.map(errorOf);
  if (!errors.includes("done")) expect(list(fields)).toEqual(before);
  return errors;
}

/** What WIT calls the error. */
function errorOf(step: () => unknown): unknown {
  try {
    step();
  } catch (error) {
    if (!(error instanceof WitError)) throw error;
    return (error.payload as { readonly tag: string }).tag; // a header-error
  }
  return "done";
}

describe("takes no", () => {
  test.for(["", "a b", "a:", "å", "a\n", "(a)"])("name such as %j", (name) => {
    expect(errorsOf(made(), name, value("x"))).toEqual(["invalid-syntax", "invalid-syntax", "invalid-syntax"]);
    expect(errorOf(() => made().delete(name))).toBe("invalid-syntax");
  });

  test.for(["\n", "a\rb", "\0", "\x7f"])("value such as %j", (text) => {
    expect(errorsOf(made(), "a", value(text))).toEqual(["invalid-syntax", "invalid-syntax", "invalid-syntax"]);
  });

  test.for(["Host", "connection", "Transfer-Encoding", "KEEP-ALIVE", "upgrade"])("%s, which is the host's", (name) => {
    expect(errorsOf(made(), name, value("x"))).toEqual(["forbidden", "forbidden", "forbidden"]);
  });

  test("change where it is not to be changed", () => {
    expect(errorsOf(made().immutable(), "a", value("x"))).toEqual(["immutable", "immutable", "done"]);
    expect(errorOf(() => made().immutable().delete("a"))).toBe("immutable");
    expect(list(made().immutable())).toEqual(list(made()));
  });
});

test("takes values with spaces, tabs and bytes beyond ASCII", () => {
  expect(errorsOf(made(), "X-a_1!", value("\t a \xff"))).toEqual(["done", "done", "done"]);
});
