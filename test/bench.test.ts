/** What the benches and scripts import of the build is there, though nothing but a person runs them. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "./unit-tests.ts";

test.each(["bench", "scripts", "examples"])("what `%s` imports of the build has a source", (folder) => {
  const files = readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".mjs"));
  expect(files.length).toBeGreaterThan(0);
  const imported = files.flatMap((file) =>
    [...readFileSync(join(ROOT, folder, file), "utf8").matchAll(/"(?:\.\.\/)+dist\/([^"]+)\.js"/g)].map(
      ([, path = ""]) => `${file} ${path}`,
    ),
  );
  expect(imported.filter((each) => !existsSync(join(ROOT, `src/${each.split(" ")[1]}.ts`)) && !each.endsWith(" command/main"))).toEqual([]);
});
