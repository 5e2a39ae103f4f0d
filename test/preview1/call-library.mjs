// Child of typed.test.ts: does what call-library.py does, on jco. The arguments: the module that jco has made, and the calls.

import { pathToFileURL } from "node:url";
import { WASIShim } from "@bytecodealliance/preview2-shim/instantiation";

const said = [];
const log = { say: (line) => void said.push(line), name: () => "the host" };
const { instantiate } = await import(pathToFileURL(process.argv[2]).href);
const exports = await instantiate(undefined, {
  ...new WASIShim({ sandbox: { env: {} } }).getImportObject(),
  "acme:lib/log": log,
  "acme:lib/log@1.0.0": log,
  get: { default: (number) => `the host got ${number}` },
});
const named = (interfaceName) => exports[Object.keys(exports).find((name) => name.replace(/@.*/, "") === interfaceName)];

function call([interfaceName, name, ...values]) {
  try {
    return (interfaceName === null ? exports : named(interfaceName))[name](...values);
  } catch (error) {
    if (error.payload === undefined) throw error;
    return error.payload;
  }
}

const results = JSON.parse(process.argv[3]).map(call);
console.log(JSON.stringify({ results, said }, (_, value) => (typeof value === "bigint" ? Number(value) : value)));
