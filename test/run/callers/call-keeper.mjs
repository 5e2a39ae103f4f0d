// Child of plugged-exports.test.ts: calls a library that jco has transpiled, whose exports mention the types of an
// interface that an adapter provides, and prints what it gets as JSON.

import { pathToFileURL } from "node:url";
import { WASIShim } from "@bytecodealliance/preview2-shim/instantiation";

const { instantiate } = await import(pathToFileURL(process.argv[2]).href);
const exports = await instantiate(undefined, new WASIShim().getImportObject());
const find = (base) => exports[Object.keys(exports).find((name) => name.replace(/@.*/, "") === base)];
const keeper = find("keeper");

function told(step) {
  try {
    const { key, value } = step();
    return `${key}=${value}`;
  } catch (error) {
    const { tag, val = "" } = error.payload;
    return `${tag} ${val}`.trim();
  }
}

const bucket = keeper.open({ key: "one", value: 5 });
const results = {
  isBucket: bucket instanceof find("acme:kv/store").Bucket,
  kept: keeper.live(),
  next: told(() => keeper.next({ key: "two", value: 6 })),
  closed: told(() => keeper.close(bucket)),
  failure: told(() => keeper.close(keeper.open({ key: "gone", value: 1 }))),
  left: keeper.live(),
};
process.stdout.write(JSON.stringify(results));
