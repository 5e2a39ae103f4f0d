import { expect, test } from "vitest";
import { article } from "../src/article.ts";
import { bytesOf } from "../src/binary/chunk.ts";
import { worldOf } from "../src/component/world.ts";
import { ComponentWriter } from "../src/compose/component-writer.ts";
import { FormatError } from "../src/index.ts";

test("a noun has the article that is spoken before it", () => {
  expect(["instance", "func", "Error", "Uint8Array", "own"].map(article)).toEqual([
    "an instance",
    "a func",
    "an Error",
    "a Uint8Array",
    "an own",
  ]);
});

test("a message about what was found has the right article", () => {
  const writer = new ComponentWriter();
  const core = writer.coreInstance({ kind: "exports", exports: [] });
  writer.coreExportOf("instance", core, "it");
  const bytes = bytesOf(writer.finish());
  expect(() => worldOf(bytes)).toThrow(FormatError);
  expect(() => worldOf(bytes)).toThrow("alias of an instance of a core instance");
});
