/** Programs in Rust, which make WASI 0.3: built with cargo, where it is there with its targets. */

import { execFile, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { componentNew } from "@bytecodealliance/jco";
import { root } from "../hosts/disk-cache.ts";
import { cached } from "./cached.ts";

/**
 * Of `streams`, `run` is lifted with a callback; of `streams-sync` it is not. `both` and `speed` have WASI 0.2 and 0.3, `fetch` has 0.2
 * alone. In `tangle`, tasks run at once.
 */
export type RustGuest =
  | "streams"
  | "streams-sync"
  | "both"
  | "tangle"
  | "request"
  | "handler"
  | "middleware"
  | "network"
  | "library"
  | "library-user"
  | "embedder"
  | "fetch"
  | "plug"
  | "plug-user"
  | "speed"
  | "typed-library"
  | "waits";

export const WORKSPACE: string = path.join(import.meta.dirname, "rust");
/** What cargo keeps between builds, for all guests: what they depend on is compiled once. */
export const CARGO_TARGET: string = path.join(root, ".cache/rust");
const CORE = "wasm32-unknown-unknown";
const COMPONENT = "wasm32-wasip2";
const MODULE = "wasm32-wasip1";

/** Built as they are for `wasm32-wasip2`. */
const COMPONENTS: readonly RustGuest[] = ["both", "fetch"];
/** Left as the core module of preview 1 that it is built as. */
const MODULES: readonly RustGuest[] = ["typed-library"];

/** What a test that is skipped for want of it says. */
export const RUST_MISSING = `needs cargo, and rustup target add ${CORE} ${COMPONENT} ${MODULE}`;

let version: string | undefined;
let searched = false;

/** Which Rust there is, if it has the targets. */
export function rust(): string | undefined {
  if (searched) return version;
  searched = true;
  const ask = (...args: readonly string[]): string | undefined => {
    const { status, stdout } = spawnSync("rustc", args, { encoding: "utf8" });
    return status === 0 ? stdout.trim() : undefined;
  };
  const libraries = [CORE, COMPONENT, MODULE].map((target) => ask("--print", "target-libdir", "--target", target));
  const isWhole = libraries.every((each) => each !== undefined && existsSync(each));
  version = isWhole && spawnSync("cargo", ["--version"]).status === 0 ? ask("--version") : undefined;
  return version;
}

export async function rustGuest(name: RustGuest): Promise<Uint8Array> {
  const folder = name === "streams-sync" ? "streams" : name;
  const sources = await readdir(path.join(WORKSPACE, folder, "src"));
  const files = ["Cargo.toml", "Cargo.lock", `${name}/Cargo.toml`, ...sources.sort().map((file) => `${folder}/src/${file}`)];
  const texts = await Promise.all(files.map((file) => readFile(path.join(WORKSPACE, file))));
  return cached(name, [rust() ?? "", name, ...texts], () => build(name));
}

async function build(name: RustGuest): Promise<Uint8Array> {
  const isComponent = COMPONENTS.includes(name);
  const isModule = MODULES.includes(name);
  const made = await cargo(WORKSPACE, name, isComponent ? COMPONENT : isModule ? MODULE : CORE);
  return isComponent || isModule ? made : componentNew(made);
}

/** The program of test/guests/rust-std: of WASI 0.2, by the standard library and crates that know nothing of WASI. */
export async function talk(): Promise<Uint8Array> {
  const folder = path.join(import.meta.dirname, "rust-std");
  const texts = await Promise.all(["Cargo.toml", "Cargo.lock", "src/main.rs"].map((file) => readFile(path.join(folder, file))));
  return cached("talk", [rust() ?? "", ...texts], () => cargo(folder, "talk", COMPONENT));
}

/** The program of test/guests/rust-files: of WASI 0.2, and of the standard library alone. */
export async function rustFiles(): Promise<Uint8Array> {
  const source = path.join(import.meta.dirname, "rust-files/main.rs");
  return cached("rust-files", [rust() ?? "", await readFile(source)], async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-rust-"));
    const out = path.join(folder, "files.wasm");
    try {
      await promisify(execFile)("rustc", ["--edition", "2021", "-O", "-C", "panic=abort", "--target", COMPONENT, "-o", out, source]);
      return await readFile(out);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

async function cargo(cwd: string, name: string, target: string): Promise<Uint8Array> {
  await promisify(execFile)(
    "cargo",
    ["build", "--release", "--locked", "--quiet", "--target", target, "--target-dir", CARGO_TARGET, "--package", name],
    { cwd, maxBuffer: 2 ** 26 },
  );
  return readFile(path.join(CARGO_TARGET, target, "release", `${name.replaceAll("-", "_")}.wasm`));
}
