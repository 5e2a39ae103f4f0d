/**
 * Guests of WASI 0.3 in Rust in each of the shapes that toolchains make. All are built at once, which shares their crates; what
 * comes out is kept in .cache/guests as one entry.
 */

import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { componentNew } from "@bytecodealliance/jco";
import { cached } from "./cached.ts";
import { installedVersion } from "./installed.ts";
import { CARGO_TARGET, rust } from "./rust.ts";

/** `callback`: its `run` is lifted with a callback; `sync`: synchronously. */
export type Lifted = "callback" | "sync";
/** `0.3` alone, or `both`: what Rust's standard library does is 0.2. */
export type Has = "0.3" | "both";

const CRATES = ["cli", "reading"];
const WORKSPACE = path.join(import.meta.dirname, "rust");
const TARGETS: Readonly<Record<Has, string>> = { "0.3": "wasm32-unknown-unknown", both: "wasm32-wasip2" };
const BUILD_MILLISECONDS = 600_000;

/** The component of test/guests/rust/<name>. */
export async function shapedGuest(
  name: string,
  { lifted = "callback", has = "0.3" }: { lifted?: Lifted; has?: Has } = {},
): Promise<Uint8Array> {
  const built = (parsed ??= buildAll().then((bytes) => JSON.parse(Buffer.from(bytes).toString()) as Readonly<Record<string, string>>));
  const found = (await built)[keyOf(name, has, lifted)];
  if (found === undefined) throw new Error(`there is no guest ${name} in ${WORKSPACE}`);
  return Buffer.from(found, "base64");
}

const keyOf = (name: string, has: Has, lifted: Lifted): string => `${name} ${has} ${lifted}`;

let parsed: Promise<Readonly<Record<string, string>>> | undefined;

/** JSON with each component in base64. */
async function buildAll(): Promise<Uint8Array> {
  const files = readdirSync(WORKSPACE, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(rs|toml|lock)$/.test(name))
    .sort();
  const sources = await Promise.all(files.map(async (file) => `${file}\n${await readFile(path.join(WORKSPACE, file), "utf8")}`));
  return cached("rust", [rust() ?? "", installedVersion("@bytecodealliance/jco"), ...sources], async () => {
    const components: Record<string, string> = {};
    for (const has of ["0.3", "both"] as const) {
      for (const lifted of ["callback", "sync"] as const) {
        await build(has, lifted);
        for (const name of CRATES) components[keyOf(name, has, lifted)] = Buffer.from(await builtComponent(name, has)).toString("base64");
      }
    }
    return Buffer.from(JSON.stringify(components));
  });
}

/** One at a time, because all shapes go by the same names there. */
async function build(has: Has, lifted: Lifted): Promise<void> {
  const features = lifted === "sync" ? ["--features", "sync"] : [];
  await promisify(execFile)(
    "cargo",
    ["build", "--locked", "--release", "--target", TARGETS[has], ...CRATES.flatMap((name) => ["--package", name]), ...features],
    {
      cwd: WORKSPACE,
      env: { ...process.env, CARGO_TARGET_DIR: CARGO_TARGET },
      timeout: BUILD_MILLISECONDS,
      maxBuffer: 2 ** 26,
    },
  );
}

/** The linker of wasm32-wasip2 makes components, that of wasm32-unknown-unknown modules. */
async function builtComponent(name: string, has: Has): Promise<Uint8Array> {
  const bytes = await readFile(path.join(CARGO_TARGET, TARGETS[has], `release/${name}.wasm`));
  return has === "both" ? bytes : componentNew(bytes, []);
}
