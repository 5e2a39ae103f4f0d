// Lints and formats virt-adapters. The linter and the formatter read TypeScript, which has no decorators of functions and
// declarations; AssemblyScript has. So both get a copy in which `@inline` is the comment `//@inline`: lines and columns
// are the same but for that. `node scripts/guest-sources.mjs check` complains, `format` writes the layout back.

import { spawnSync } from "node:child_process";
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const GUEST = "virt-adapters";
const program = (name) => path.join(root, `node_modules/${name}/bin/${name}`);

const hidden = (text) => text.replace(/^@/gm, "//@");
const shown = (text) => text.replace(/^\/\/@/gm, "@");

/** The project's own settings, without the line that keeps them from the guest. */
async function copySettings(name, folder) {
  const settings = JSON.parse(await readFile(path.join(root, name), "utf8"));
  await writeFile(path.join(folder, name), JSON.stringify({ ...settings, ignorePatterns: [] }));
}

async function rewrite(folder, change) {
  const names = await readdir(path.join(folder, GUEST), { recursive: true });
  for (const name of names.filter((each) => each.endsWith(".ts"))) {
    const file = path.join(folder, GUEST, name);
    const text = await readFile(file, "utf8");
    if (change(text) !== text) await writeFile(file, change(text));
  }
}

function run(folder, name, ...args) {
  const { status, error } = spawnSync(process.execPath, [program(name), ...args, GUEST], { cwd: folder, stdio: "inherit" });
  if (error) throw error;
  return status === 0;
}

async function main(mode) {
  const folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-guest-"));
  try {
    await cp(path.join(root, GUEST), path.join(folder, GUEST), { recursive: true });
    for (const name of [".oxlintrc.json", ".oxfmtrc.json"]) await copySettings(name, folder);
    await rewrite(folder, hidden);
    if (mode === "check") return [run(folder, "oxlint", "--deny-warnings"), run(folder, "oxfmt", "--check")].every(Boolean);
    if (!run(folder, "oxfmt")) return false;
    await rewrite(folder, shown);
    await cp(path.join(folder, GUEST), path.join(root, GUEST), { recursive: true });
    return true;
  } finally {
    await rm(folder, { recursive: true });
  }
}

const mode = process.argv[2];
if (mode !== "check" && mode !== "format") throw new Error("`check` or `format`?");
process.exitCode = (await main(mode)) ? 0 : 1;
