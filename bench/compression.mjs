// node bench/compression.mjs [ROUNDS], after `npm run build`: what `--compress` saves and costs. ripgrep searches the documentation, and
// CPython reads the sources; files as they are beside compressed ones. Whole processes: Wasmtime's command with what it has compiled ahead,
// and `wasi-nest run`, which has jco make modules first. The fastest of some rounds, because others use the machine too.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { realGuest, root } from "./guests.mjs";
import { bytes, milliseconds, printTable, times } from "./report.mjs";

const ROUNDS = Number(process.argv[2] ?? 7);
const { WASI_NEST_WASMTIME: wasmtime = "wasmtime" } = process.env;
const hasWasmtime = spawnSync(wasmtime, ["--version"]).status === 0;
const main = path.join(root, "dist/command/main.js");
const READ = "import os; print(sum(len(open(os.path.join(d, f)).read()) for d, _, fs in os.walk('/files') for f in fs))";
const cases = [
  { guest: "ripgrepModule", folder: "docs", args: ["-c", "the", "/files"] },
  { guest: "pythonModule", folder: "src", args: ["-c", READ] },
];
const ALLOWED = ["--stdio", "allow", "--allow-clocks", "--allow-random", "--allow-exit", "--allow-args", "--quiet"];

const folder = mkdtempSync(path.join(tmpdir(), "wasi-nest-bench-"));
const inFolder = (name) => path.join(folder, name);

function fastest(command, args) {
  const taken = () => {
    const before = performance.now();
    execFileSync(command, args, { stdio: ["ignore", "ignore", "inherit"] });
    return performance.now() - before;
  };
  return Math.min(...Array.from({ length: ROUNDS }, taken));
}

function measured({ guest, folder: files, args }, compress) {
  const out = inFolder(`${guest}${compress.join("")}.wasm`);
  const mount = `/files=${path.join(root, files)}`;
  execFileSync(process.execPath, [main, inFolder(guest), "-o", out, "--mount", mount, ...compress, ...ALLOWED]);
  const found = { size: statSync(out).size, node: fastest(process.execPath, [main, "run", out, "--", ...args]) };
  if (!hasWasmtime) return { ...found, wasmtime: NaN };
  execFileSync(wasmtime, ["compile", out, "-o", `${out}.compiled`]);
  return { ...found, wasmtime: fastest(wasmtime, ["run", "--allow-precompiled", `${out}.compiled`, ...args]) };
}

try {
  const rows = [];
  for (const each of cases) {
    const { bytes: component, missing } = await realGuest(each.guest);
    if (component === undefined) {
      rows.push([each.guest, missing]);
      continue;
    }
    writeFileSync(inFolder(each.guest), component);
    const [plain, compressed] = [measured(each, []), measured(each, ["--compress"])];
    rows.push([
      `${each.guest.replace("Module", "")}, ${each.folder}`,
      "size",
      bytes(plain.size),
      bytes(compressed.size),
      times(compressed.size / plain.size),
    ]);
    for (const host of ["wasmtime", "node"])
      rows.push(["", host, milliseconds(plain[host]), milliseconds(compressed[host]), times(compressed[host] / plain[host])]);
  }
  printTable(["", "", "plain", "compressed", ""], rows);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
