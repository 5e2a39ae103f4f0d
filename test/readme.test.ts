/**
 * What the README promises is what happens, beyond what its commands print (docs/pages.test.ts): what the outputs do, its
 * picture, its JavaScript, its scripts.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { adaptCommand, cProgram, ripgrep } from "./guests/index.ts";
import { root } from "./hosts/disk-cache.ts";
import { temporaryDirectory, wasiNest } from "./cli/wasi-nest.ts";
import { page } from "./docs/pages.ts";

const readme = readFileSync(join(root, "README.md"), "utf8");
const { blocks, commands } = page("README.md");
const block = (start: string): string => {
  const found = blocks.find(({ text }) => text.startsWith(start));
  if (found === undefined) throw new Error(`the README has no block that starts with ${start}`);
  return found.text;
};
/** The words of the command that begins so, without the quotes. */
function wordsOf(start: string): readonly string[] {
  const found = commands.find(({ text }) => text.startsWith(start));
  if (found === undefined) throw new Error(`the README has no command that starts with ${start}`);
  return found.text.replaceAll("\\\n", " ").split(/\s+/).slice(1);
}

let app: Uint8Array;
beforeAll(async () => {
  app = await adaptCommand(await cProgram("hello"));
  await ripgrep();
}, 300_000);

function project(): string {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, "app.wasm"), app);
  mkdirSync(join(directory, "my-sources"));
  writeFileSync(join(directory, "my-sources/main.ts"), "export {};\n");
  return directory;
}

test("the command does what it says", () => {
  const cwd = project();
  const words = wordsOf("wasi-nest app.wasm");
  expect(words.length).toBeGreaterThan(10);
  expect(wasiNest(words, { cwd }).code).toBe(0);
  const { stdout } = wasiNest(["run", "out.wasm"], { cwd });
  for (const line of ["env GREETING=hello", "arg 1: build", "arg 2: /src/main.ts", "export {};"]) expect(stdout).toContain(line);
});

test("the demo searches the documentation, and the picture is of such an output, but for numbers", () => {
  const printed = execFileSync(process.execPath, [join(root, "examples/demo.mjs")], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  expect(printed).toMatch(/^\/docs\/architecture\.md:\d+:.*arena/m);
  const cwd = project();
  mkdirSync(join(cwd, "docs"));
  writeFileSync(join(cwd, "docs/a.txt"), "a");
  const shape = (text: string): string =>
    text
      .replace(/[\d.]+ (kB|bytes?)/g, "N")
      .replace(/\d+ files?/g, "N files")
      .replace(/ +/g, " ");
  const { code } = wasiNest(
    [
      "rg.wasm",
      "-o",
      "rg-docs.wasm",
      "--mount",
      "/docs=docs",
      "--allow-args",
      "--stdout",
      "allow",
      "--stderr",
      "allow",
      "--allow-clocks",
      "--allow-random",
      "--allow-exit",
    ],
    { cwd: withRipgrep(cwd) },
  );
  expect(code).toBe(0);
  // Its places depend on numbers too.
  expect(wasiNest(["inspect", "rg-docs.wasm", "--svg", "out.svg"], { cwd }).code).toBe(0);
  const texts = (file: string): string => shape(readFileSync(file, "utf8").replace(/<(path|rect|svg)[^>]*>| [xy]="[^"]*"/g, ""));
  expect(texts(join(cwd, "out.svg"))).toBe(texts(join(root, "docs/inspect.svg")));
});

function withRipgrep(cwd: string): string {
  const script = `import { brotliDecompressSync } from "node:zlib"; import { writeFileSync } from "node:fs";
    const { getCompressedBytes } = await import(${JSON.stringify(join(root, "node_modules/ripgrep/lib/_rg.wasm.mjs"))});
    writeFileSync("rg.wasm", brotliDecompressSync(getCompressedBytes()));`;
  execFileSync(process.execPath, ["--input-type=module", "-e", script], { cwd });
  return cwd;
}

test("the JavaScript runs as it stands", () => {
  const cwd = project();
  const source = block("import { virtualize }").replaceAll(
    /from "wasi-nest(\/node)?"/g,
    (_, node) => `from ${JSON.stringify(join(root, `dist${node ?? ""}/index.js`))}`,
  );
  writeFileSync(
    join(cwd, "example.mjs"),
    `import { readFileSync } from "node:fs";\nconst component = new Uint8Array(readFileSync("app.wasm"));\n${source}\nconsole.log(report.files.count, chunks.length > 1);`,
  );
  expect(execFileSync(process.execPath, ["example.mjs"], { cwd, encoding: "utf8" })).toBe("1 true\n");
});

test("every script that it names exists", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> };
  const named = [...readme.matchAll(/npm run ([\w:]+)|`(bench:\w+)`/g)].map(([, script, bench]) => script ?? bench ?? "");
  expect(named.length).toBeGreaterThan(3);
  for (const script of named) expect(scripts).toHaveProperty([script]);
});

test("it is short", () => {
  expect(readme.split("\n").length).toBeLessThanOrEqual(150);
});
