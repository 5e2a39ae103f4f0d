/** The tables of options in the docs are those of the registry, and so is the page for `man`. `UPDATE_DOCS=1` writes them. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../unit-tests.ts";
import { manPage, optionsPage } from "./manual-pages.ts";
import { optionsTable, profilesTable, readmeTable, tableIn } from "./tables.ts";
import { wasiVirtTable } from "./wasi-virt-table.ts";

test.each([
  ["README.md", "WASI", readmeTable()],
  ["docs/api.md", "option", optionsTable()],
  ["docs/policy.md", "profile", profilesTable()],
  ["docs/from-wasi-virt.md", "`wasi-virt`", wasiVirtTable()],
])("the table of %s that begins with `%s`", (name, first, expected) => {
  const file = join(ROOT, name);
  const page = readFileSync(file, "utf8");
  const found = tableIn(page, first);
  if (process.env["UPDATE_DOCS"] === undefined) expect(found).toBe(expected);
  else
    writeFileSync(
      file,
      page.replace(found, () => expected),
    );
});

test("the options of docs/cli.md", async () => {
  const file = join(ROOT, "docs/cli.md");
  const page = readFileSync(file, "utf8");
  const [head = ""] = /^[^]*?<!-- From here on, the option table says it: .*\n/.exec(page) ?? [];
  expect(head).not.toBe("");
  const expected = `${head}\n${await optionsPage()}\n`;
  if (process.env["UPDATE_DOCS"] === undefined) expect(page).toBe(expected);
  else writeFileSync(file, expected);
});

test("man/wasi-nest.1", async () => {
  const file = join(ROOT, "man/wasi-nest.1");
  const expected = await manPage();
  if (process.env["UPDATE_DOCS"] === undefined) expect(readFileSync(file, "utf8")).toBe(expected);
  else writeFileSync(file, expected);
});
