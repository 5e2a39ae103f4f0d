/** What the benches and scripts import of the build is there, though nothing but a person runs them. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { pageOf } from "../bench/benchmarks-page.mjs";
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

test("the page of benchmarks has ratios beside values, and says what is left out", () => {
  const rows = [
    { program: "files", way: "the host's", call: 10e-6, memory: 100_000 },
    { program: "files", way: "wasi-nest", added: 1000, composed: 20, call: 1e-6, memory: 300_000 },
    { program: "files", way: "wasi-virt", added: 200_000, composed: 30, call: 2e-6, memory: 50_000 },
  ];
  const how = { versions: ["wasi-nest 0.1.0", "Wasmtime 50"], machine: "one machine", rounds: 3, composeRounds: 2 };
  const page = pageOf(rows, { ...how, leftOut: ["files, JavaScript: there is none"] });
  const cells = page.split("\n").flatMap((line) =>
    line.startsWith("| files")
      ? [
          line
            .split("|")
            .map((cell) => cell.trim())
            .filter(Boolean),
        ]
      : [],
  );
  expect(cells).toEqual([
    ["files: the host's", "10.00 µs", "0.1 MB"],
    ["files: wasi-nest", "1,000 B", "20.0 ms", "1.00 µs, 0.10 x", "0.3 MB, 3.00 x"],
    ["files: wasi-virt", "0.2 MB, 200 x", "30.0 ms, 1.50 x", "2.00 µs, 0.20 x", "50,000 B, 0.50 x"],
  ]);
  expect(page).toContain("- files, JavaScript: there is none\n");
  expect(page).toContain("Measured on one machine, with wasi-nest 0.1.0, Wasmtime 50.");
  expect(pageOf(rows, { ...how, leftOut: [] })).toContain("Nothing is left out.");
});
