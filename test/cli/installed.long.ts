/**
 * What a user gets by `npm install`: how much it is, and that every command works with the packages that its message names,
 * after a second installation and after `npm ci` too.
 */
import { execFileSync } from "node:child_process";
import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { adaptCommand, cProgram } from "../guests/index.ts";
import { root } from "../hosts/disk-cache.ts";
import { manifest } from "./installed.ts";
import { type Outcome, wasiNest } from "./wasi-nest.ts";

const MILLISECONDS = 600_000;

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "wasi-nest-installed-"));
  execFileSync("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder], { cwd: root });
  writeFileSync(join(folder, "package.json"), "{}\n");
  npm("install", `./wasi-nest-${manifest.version}.tgz`);
  writeFileSync(join(folder, "hello.wasm"), await adaptCommand(await cProgram("hello")));
  writeFileSync(join(folder, "module.wasm"), await cProgram("hello"));
  writeFileSync(join(folder, "environment.ts"), "export const environment = { getEnvironment: () => [], getArguments: () => [] };\n");
}, MILLISECONDS);
afterAll(() => rmSync(folder, { recursive: true, force: true }), MILLISECONDS);

/** What says where packages come from. */
const FROM = /^npm_config_(registry|cafile|ca|proxy|https_proxy|noproxy|strict_ssl|userconfig|globalconfig|cache)$/i;

/** Without what else this run of npm tells its children. */
function npm(...args: readonly string[]): string {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name) || FROM.test(name)));
  return execFileSync("npm", [...args, "--no-audit", "--no-fund"], {
    cwd: folder,
    env,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
}

const nest = (...args: readonly string[]): Outcome =>
  wasiNest(args, {
    cwd: folder,
    main: join(folder, "node_modules/wasi-nest/dist/command/main.js"),
    env: { XDG_CACHE_HOME: join(folder, "cache") },
  });

function sizeOf(path: string): number {
  const stats = lstatSync(path);
  return stats.isDirectory() ? readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0) : stats.size;
}

const packages = (): readonly string[] => {
  const lock = JSON.parse(readFileSync(join(folder, "node_modules/.package-lock.json"), "utf8")) as { readonly packages: object };
  return Object.keys(lock.packages);
};

test("virtualizing takes less than 5 MB and 20 packages", () => {
  expect(sizeOf(join(folder, "node_modules"))).toBeLessThan(5_000_000);
  expect(packages().length).toBeLessThan(20);
  const { components } = JSON.parse(readFileSync(join(folder, "node_modules/wasi-nest/dist/sbom.cdx.json"), "utf8")) as {
    readonly components: readonly { readonly name: string }[];
  };
  const listed = ["wasi-nest", ...components.map(({ name }) => name)];
  expect([...new Set(listed)].sort()).toEqual([...new Set(packages().map((place) => place.replace(/.*node_modules\//, "")))].sort());
  expect(nest("hello.wasm", "-o", "out.wasm", "--stdio", "allow")).toMatchObject({ code: 0 });
  expect(nest("inspect", "out.wasm")).toMatchObject({ code: 0 });
});

describe("with the packages that the messages name", () => {
  const expectWhole = (): void => {
    expect(nest("module.wasm", "-o", "adapted.wasm", "--stdio", "allow")).toMatchObject({ code: 0 });
    expect(nest("run", "out.wasm")).toMatchObject({ code: 0, stderr: "hello ends with 0\n" });
    rmSync(join(folder, "types"), { recursive: true, force: true });
    expect(nest("types", "hello.wasm", "wasi:cli/environment", "-o", "types")).toMatchObject({ code: 0, stderr: "" });
    for (const engine of ["starlingmonkey", "qjs"]) {
      rmSync(join(folder, "scripted.wasm"), { force: true });
      const adapter = ["--adapter", "wasi:cli/environment=environment.ts", "--engine", engine, "--no-cache"];
      expect(nest("hello.wasm", "-o", "scripted.wasm", "--quiet", ...adapter)).toEqual({ code: 0, stdout: "", stderr: "" });
      expect(existsSync(join(folder, "scripted.wasm"))).toBe(true);
    }
  };

  test("all commands work, also when npm has installed again", { timeout: MILLISECONDS }, () => {
    npm("install", ...Object.entries(manifest.peerDependencies).map(([name, range]) => `${name}@${range}`));
    npm("install");
    expectWhole();
  });

  test("and after `npm ci`", { timeout: MILLISECONDS }, () => {
    npm("ci");
    expectWhole();
  });

  test("nor do they have to be named one by one: jco and the engines bring the others", { timeout: MILLISECONDS }, () => {
    npm("uninstall", "@bytecodealliance/preview2-shim");
    npm("install");
    expectWhole();
  });
});
