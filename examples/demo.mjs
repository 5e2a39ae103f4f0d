// Builds this repository's documentation into ripgrep (Rust, from npm) and searches it: a program that
// carries its files, sees nothing else, and runs on any host that runs components. `demo.mjs FILE` draws it, too.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { brotliDecompressSync } from "node:zlib";
// A preview 1 module, as the package `ripgrep` carries it.
import { getCompressedBytes } from "../node_modules/ripgrep/lib/_rg.wasm.mjs";

const root = path.resolve(import.meta.dirname, "..");
const cli = path.join(root, "dist/command/main.js");
const folder = mkdtempSync(path.join(tmpdir(), "wasi-nest-demo-"));

function wasiNest(...args) {
  console.log(`\n$ wasi-nest ${args.join(" ")}`);
  execFileSync(process.execPath, [cli, ...args], { cwd: folder, stdio: "inherit" });
}

try {
  writeFileSync(path.join(folder, "rg.wasm"), brotliDecompressSync(getCompressedBytes()));
  wasiNest(
    "rg.wasm",
    "-o",
    "rg-docs.wasm",
    "--mount",
    `/docs=${path.join(root, "docs")}`,
    "--exclude",
    "*.svg",
    "--allow-args",
    "--stdout",
    "allow",
    "--stderr",
    "allow",
    "--allow-clocks",
    "--allow-random",
    "--allow-exit",
  );
  if (process.argv[2] !== undefined) wasiNest("inspect", "rg-docs.wasm", "--svg", path.resolve(process.argv[2]));
  wasiNest("run", "rg-docs.wasm", "--", "--sort", "path", "-n", "arena", "/docs");
} finally {
  rmSync(folder, { recursive: true, force: true });
}
