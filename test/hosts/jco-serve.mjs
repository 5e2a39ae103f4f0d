// Child of http-server.ts: serves the handler of a transpiled component on a free port of 127.0.0.1, as `jco serve` does with
// WASI 0.2: one instance. Reports the port on file descriptor 3.

import { writeSync } from "node:fs";
import { createServer } from "node:net";
import { pathToFileURL } from "node:url";
import { HTTPServer } from "@bytecodealliance/preview2-shim/http";
import { WASIShim } from "@bytecodealliance/preview2-shim/instantiation";
import { importsOf03 } from "./jco-wasi-0.3.mjs";

const REPORT = 3;
const surroundings = { preopens: {}, env: {}, args: ["guest"] };
const { entry, has03 } = JSON.parse(process.argv[2]);

const wasi = new WASIShim({ sandbox: { ...surroundings, enableNetwork: true } }).getImportObject();
const { instantiate } = await import(pathToFileURL(entry).href);
const exports = await instantiate(undefined, { ...wasi, ...(has03 ? await importsOf03(surroundings) : {}) });

const exported = (pattern) => exports[Object.keys(exports).find((key) => pattern.test(key))];
const handler = exported(/^wasi:http\/handler(@|$)/);
const port = handler === undefined ? serve(exported(/^wasi:http\/incoming-handler(@|$)/)) : await serve03(handler);
writeSync(REPORT, `http://127.0.0.1:${port}/\n`);

function serve(incomingHandler) {
  const server = new HTTPServer(incomingHandler);
  server.listen(0, "127.0.0.1");
  return server.address().port;
}

/** The server wants results as values and tells no port. */
async function serve03({ handle }) {
  const { HttpServer } = await import("@bytecodealliance/preview3-shim/http");
  const asResult = (request) =>
    handle(request).then(
      (val) => ({ tag: "ok", val }),
      (error) => {
        if (error?.payload === undefined) throw error;
        return { tag: "err", val: error.payload };
      },
    );
  const server = new HttpServer({ handle: asResult });
  server.on("error", (error) => console.error(error));
  const free = await freePort();
  await server.listen(free, "127.0.0.1");
  return free;
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
