/** Where the npm packages that guests come from lie, and their versions, which are part of a guest's cache key. */

import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { root } from "../hosts/disk-cache.ts";

/** The path of a file of an installed package; past its `exports`, which hide what we need. */
export function installedPath(packageName: string, file = ""): string {
  return path.join(root, "node_modules", packageName, file);
}

export function readInstalled(packageName: string, file: string): Promise<Uint8Array> {
  return readFile(installedPath(packageName, file));
}

/** Such as "@yowasp/clang@22.0.0". */
export function installedVersion(packageName: string): string {
  const { version } = JSON.parse(readFileSync(installedPath(packageName, "package.json"), "utf8")) as {
    version: string;
  };
  return `${packageName}@${version}`;
}
