/** The tools that show man/wasi-nest.1 find nothing wrong with it. tables.test.ts looks at what it says. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../hosts/disk-cache.ts";

const PAGE = join(root, "man/wasi-nest.1");

/** What a tool says of the page; `undefined` if it is not installed. */
function said(tool: string, args: readonly string[], page: string): readonly string[] | undefined {
  const { error, stdout, stderr } = spawnSync(tool, args, { input: page, encoding: "utf8" });
  if (error !== undefined) return undefined;
  // Without a date, the same options give the same bytes.
  return `${stdout}${stderr}`.split("\n").filter((line) => line !== "" && !line.includes("missing date"));
}

test.for([
  ["mandoc", ["-T", "lint", "-W", "warning"]],
  ["groff", ["-man", "-ww", "-z", "-Tutf8", "-"]],
] as const)("%s", ([tool, args], { skip }) => {
  const page = readFileSync(PAGE, "utf8");
  const found = said(tool, args, page);
  skip(found === undefined, `needs ${tool} on the PATH`);
  expect(found).toEqual([]);
  expect(said(tool, args, `${page}\\(qq\n`)).toHaveLength(1);
});
