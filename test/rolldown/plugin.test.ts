/** `wasi-nest/rolldown` in a bundle of Rolldown's, in one of Vite's, and in Vite's server for development. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { rolldown } from "rolldown";
import { build, createServer, type InlineConfig } from "vite";
import { expect, test } from "vitest";
import type { Options } from "../../src/index.ts";
import { type PluginOptions, wasiNest } from "../../src/rolldown/index.ts";
import { adaptCommand, cProgram } from "../guests/index.ts";
import { root } from "../hosts/disk-cache.ts";
import { temporaryDirectory } from "../cli/wasi-nest.ts";

const MAIN = 'import { run } from "./app.wasm?virtualize";\nrun.run();\n';
const file = { kind: "file", contents: new TextEncoder().encode("alpha\n") } as const;
const OPTIONS: Options = { env: { A: "b" }, args: ["/data/a.txt"], mounts: [{ path: "/data/a.txt", entry: file }], stdout: "allow" };

/** With a program, a page and a script that runs it. */
async function project(files: Readonly<Record<string, string | Uint8Array>> = {}): Promise<string> {
  const cwd = temporaryDirectory();
  const all = {
    "app.wasm": await cProgram("hello"),
    "main.js": MAIN,
    "index.html": '<script type="module" src="./main.js"></script>',
    ...files,
  };
  for (const [name, contents] of Object.entries(all)) writeFileSync(join(cwd, name), contents);
  const shim = join(cwd, "node_modules/@bytecodealliance/preview2-shim");
  mkdirSync(dirname(shim), { recursive: true });
  symlinkSync(join(root, "node_modules/@bytecodealliance/preview2-shim"), shim);
  return cwd;
}

async function bundled(cwd: string, options?: PluginOptions, input = "main.js"): Promise<readonly string[]> {
  const warnings: string[] = [];
  const onLog = (_: string, { message }: { readonly message: string }): void => void warnings.push(message);
  const bundle = await rolldown({ input: join(cwd, input), cwd, platform: "node", plugins: [wasiNest(options)], onLog });
  await bundle.write({ dir: join(cwd, "dist") });
  return warnings;
}

const PRINTED = "arg 0: app\narg 1: /data/a.txt\nenv A=b\ncwd /\nfile /data/a.txt:\nalpha\n";

test("Rolldown: a preview 1 module becomes a module of its exports, with the options' WASI", async () => {
  const cwd = await project();
  expect(await bundled(cwd, OPTIONS)).toEqual([]);
  expect(execFileSync(process.execPath, ["dist/main.js"], { cwd, encoding: "utf8" })).toBe(PRINTED);
});

test("a component does as well, and options may depend on the file", async () => {
  const cwd = await project({
    "other.wasm": await adaptCommand(await cProgram("hello")),
    "main.js": MAIN.replace("app.wasm", "other.wasm"),
  });
  await bundled(cwd, async (path) => ({ ...OPTIONS, env: { FILE: path.slice(cwd.length) } }));
  expect(execFileSync(process.execPath, ["dist/main.js"], { cwd, encoding: "utf8" })).toContain(
    "arg 0: other\narg 1: /data/a.txt\nenv FILE=/other.wasm\n",
  );
});

test("with no options the bundle takes nothing of its host", async () => {
  const cwd = await project();
  await bundled(cwd);
  expect(readFileSync(join(cwd, "dist/main.js"), "utf8")).not.toMatch(/\bimport\b[^.(]*from|\brequire\(/);
});

test("Vite: a bundle for browsers, and the server for development", { timeout: 120_000 }, async () => {
  const cwd = await project();
  const settings: InlineConfig = { root: cwd, configFile: false, logLevel: "silent", plugins: [wasiNest(OPTIONS)] };
  await build({ ...settings, build: { outDir: "dist", assetsDir: "", rolldownOptions: { output: { entryFileNames: "main.js" } } } });
  expect(readFileSync(join(cwd, "dist/main.js"), "utf8").length).toBeGreaterThan(50_000);
  const server = await createServer({ ...settings, server: { middlewareMode: true }, optimizeDeps: { noDiscovery: true } });
  try {
    const module = await server.transformRequest("/app.wasm?virtualize");
    expect(module?.code).toContain("preview2-shim/dist/browser/cli.js");
    expect(Object.keys(await server.ssrLoadModule("/app.wasm?virtualize"))).toContain("run");
  } finally {
    await server.close();
  }
});

const messageOf = async (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "nothing was wrong",
    (error: { readonly errors?: readonly Error[] } & Error) => error.errors?.map(({ message }) => message).join("\n") ?? error.message,
  );

test.for([
  ["hello", "is not WebAssembly"],
  ["", "is empty"],
  [Uint8Array.of(0, 0x61, 0x73, 0x6d, 13, 0, 1, 0, 99), "is not well-formed: "],
] as const)("a file that is no component stops the build with one sentence: %j", async ([contents, reason]) => {
  const cwd = await project({ "app.wasm": contents });
  const message = await messageOf(bundled(cwd, OPTIONS));
  expect(message).toContain(`\`${join(cwd, "app.wasm")}\` ${reason}`);
  expect(message).not.toMatch(/^\s+at /m);
});

test("so does an option that is unknown", async () => {
  // As a configuration in JavaScript has it.
  const typo = JSON.parse('{ "allowClock": true }') as Options;
  expect(await messageOf(bundled(await project(), typo))).toBe("there is no option `allowClock`: did you mean `allowClocks`?");
});

test.for(["./app.wasm?virtualise", "./app.wasm"])("what is imported as %s is not bundled as it is", async (name) => {
  const cwd = await project({ "main.js": `import { run } from "${name}";\nrun.run();\n` });
  expect(await messageOf(bundled(cwd, { allowAll: true }))).toContain("Could not load app.wasm");
});
