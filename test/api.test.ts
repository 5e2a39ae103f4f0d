import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import * as api from "../src/index.ts";

test("the library exports these names", () => {
  expect(Object.keys(api).sort()).toEqual([
    "FormatError",
    "LinkError",
    "NestError",
    "OptionError",
    "ScriptError",
    "VERSION",
    "adaptPreview1",
    "and",
    "beyond",
    "bundle",
    "compare",
    "compareFiles",
    "compose",
    "createAdapter",
    "drawMermaid",
    "drawSvg",
    "flattened",
    "inspect",
    "isMore",
    "kindOf",
    "listFiles",
    "or",
    "parseAllowance",
    "parseScript",
    "pipe",
    "replaceFiles",
    "sequence",
    "virtualize",
  ]);
});

test("VERSION is that of the package", async () => {
  const { version } = JSON.parse(await readFile(new URL("../package.json", import.meta.url), "utf8")) as { version: string };
  expect(api.VERSION).toBe(version);
});

test.for([
  [new api.FormatError("no", 31), "format"],
  [new api.LinkError("no"), "link"],
  [new api.OptionError("env", "no"), "option"],
  [new api.ScriptError("no", "a", 0), "script"],
] as const)("%s has the stable code `%s`", ([error, code]) => {
  expect(error).toBeInstanceOf(api.NestError);
  expect(error.code).toBe(code);
});

test("a FormatError says where", () => {
  expect(new api.FormatError("too short", 31)).toMatchObject({ offset: 31, message: "too short (at offset 0x1f)" });
});
