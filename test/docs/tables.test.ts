/** The tables of options in the docs are those of the registry. `UPDATE_DOCS=1` writes them. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../unit-tests.ts";
import { optionsTable, readmeTable, tableIn } from "./tables.ts";

test.each([
  ["README.md", "WASI", readmeTable()],
  ["docs/api.md", "option", optionsTable()],
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
