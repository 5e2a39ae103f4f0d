// Child of http-server.ts: serves the `incoming-handler` of a transpiled component on a free port of 127.0.0.1,
// as `jco serve` does: one instance, one request after the other. Reports the port on file descriptor 3.

import { writeSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { HTTPServer } from "@bytecodealliance/preview2-shim/http";
import { WASIShim } from "@bytecodealliance/preview2-shim/instantiation";

const REPORT = 3;
const { entry } = JSON.parse(process.argv[2]);

const shim = new WASIShim({ sandbox: { preopens: {}, env: {}, args: ["guest"], enableNetwork: true } });
const { instantiate } = await import(pathToFileURL(entry).href);
const exports = await instantiate(undefined, shim.getImportObject());
const name = Object.keys(exports).find((key) => /^wasi:http\/incoming-handler(@|$)/.test(key));
const server = new HTTPServer(exports[name]);
server.listen(0, "127.0.0.1");
writeSync(REPORT, `http://127.0.0.1:${server.address().port}/\n`);
