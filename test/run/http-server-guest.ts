/** The HTTP handler of the tests, which serves the files of /www and echoes bodies: see guests/http-server.js. */

import { readFile } from "node:fs/promises";
import path from "node:path";
import { javascript } from "../guests/index.ts";

const WORLD = `import wasi:http/types@0.2.12; import wasi:filesystem/preopens@0.2.12; import wasi:filesystem/types@0.2.12;
  import wasi:io/streams@0.2.12; import wasi:io/poll@0.2.12; export wasi:http/incoming-handler@0.2.12;`;

export async function httpServerGuest(): Promise<Uint8Array> {
  const source = await readFile(path.join(import.meta.dirname, "guests/http-server.js"), "utf8");
  return javascript(source, { world: WORLD });
}
