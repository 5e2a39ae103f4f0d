/** A store of blobs with an interface of its own, and a program that uses it beside files: both in JavaScript. */

import { readFile } from "node:fs/promises";
import path from "node:path";
import { javascript } from "../guests/index.ts";

const guest = (name: string): Promise<string> => readFile(path.join(import.meta.dirname, "guests", name), "utf8");

/** The store exports `acme:store/blobs`, of the files that it finds in its first preopen. */
export async function storeAndUser(): Promise<{ readonly store: Uint8Array; readonly user: Uint8Array }> {
  const packages = await guest("store.wit");
  const source = `import { getDirectories } from "wasi:filesystem/preopens@0.2.12";
${(await guest("store.js")).replace("export function", "function")}
export const blobs = blobsOf(getDirectories);`;
  const world = "import wasi:filesystem/preopens@0.2.12; export acme:store/blobs@1.2.0;";
  const store = await javascript(source, { packages, world });
  const user = await javascript(await guest("store-user.js"), {
    packages,
    world: "include wasi:cli/command@0.2.12; import acme:store/blobs@1.2.0;",
  });
  return { store, user };
}
