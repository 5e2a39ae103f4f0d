/** What becomes of `import()` in a module: a part of the one text that an engine gets, or a sentence about the source. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { type Bundle, bundleAdapter } from "../../src/node/bundle-adapter.ts";

async function bundled(sources: Readonly<Record<string, string>>): Promise<Bundle> {
  const folder = mkdtempSync(path.join(tmpdir(), "wasi-nest-bundle-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(sources)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return bundleAdapter(path.join(folder, "one.ts"), (name) => `adapter-${name}`);
}

/** What the text exports where there is no other file. */
async function loaded({ code }: Bundle): Promise<unknown> {
  const folder = mkdtempSync(path.join(tmpdir(), "wasi-nest-bundle-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, "out.mjs");
  writeFileSync(file, code.replace(/^\/\/# source.*$/m, ""));
  return import(/* @vite-ignore */ pathToFileURL(file).href);
}

test.each([
  ["at the top level", "const { late } = await import('./lib/late.ts');\nexport const one = late;\n"],
  ["of what is imported too", "import './lib/late.ts';\nexport const one = (await import('./lib/late.ts')).late;\n"],
  ["by what is imported", "export { late as one } from './lib/between.ts';\n"],
])("a file that is imported by import() is a part of the text, %s", async (_, text) => {
  const bundle = await bundled({
    "one.ts": text,
    "lib/late.ts": "export const late: number = Date.length;\n",
    "lib/between.ts": "export const { late } = await import('./late.ts');\n",
  });
  expect(await loaded(bundle)).toMatchObject({ one: 7 });
  // What the engine leaves out goes by the names in the text.
  expect(bundle.syntax.names).toContain("Date");
});

test("an interface is refused, with the line", async () => {
  const text = "\nconst { now } = await import('wasi:clocks/wall-clock');\nexport const one = now;\n";
  await expect(bundled({ "one.ts": text })).rejects.toThrow(
    /one\.ts:2` cannot be used: it imports `wasi:clocks\/wall-clock`, an interface, by `import\(\)`, and there is only `import \.\.\. from` for one$/,
  );
});

test("a file that is not there is refused, with the line", async () => {
  await expect(bundled({ "one.ts": "\nexport const one = await import('./none.ts');\n" })).rejects.toThrow(
    /one\.ts:2` cannot be used: it imports `\.\/none\.ts`, which is not found$/,
  );
});

test("an import of a computed name is refused, with the place", async () => {
  const part = "export interface A {}\n\nexport const load = (name: string) => import(name);\n";
  await expect(bundled({ "one.ts": "export { load as one } from './part.ts';\n", "part.ts": part })).rejects.toThrow(
    /part\.ts:3:39` cannot be used: it loads a computed name by `import\(\)`, which cannot be bundled$/,
  );
});
