/**
 * The package as npm installs it: what `npm pack` packs, its dependencies, and the link to the command.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, renameSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "../hosts/disk-cache.ts";

export const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  readonly version: string;
  readonly engines: { readonly node: string };
  readonly description: string;
  readonly scripts: Readonly<Record<string, string>>;
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional: boolean }>>;
  readonly devDependencies: Readonly<Record<string, string>>;
};

/** Gives the path of the command. */
export function install(folder: string): string {
  const installed = join(folder, "node_modules/wasi-nest");
  mkdirSync(dirname(installed));
  execFileSync("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder], { cwd: root });
  execFileSync("tar", ["-xzf", `wasi-nest-${manifest.version}.tgz`], { cwd: folder });
  renameSync(join(folder, "package"), installed);
  for (const name of Object.keys(manifest.dependencies)) link(folder, name);
  chmodSync(join(installed, "dist/command/main.js"), 0o755);
  const command = join(folder, "node_modules/.bin/wasi-nest");
  mkdirSync(dirname(command));
  symlinkSync("../wasi-nest/dist/command/main.js", command);
  return command;
}

/** Puts a real package into the place where it would be installed. */
export function link(folder: string, name: string): void {
  const place = join(folder, "node_modules", name);
  mkdirSync(dirname(place), { recursive: true });
  symlinkSync(join(root, "node_modules", name), place, "dir");
}
