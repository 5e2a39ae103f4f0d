// Child of run.mjs, the counterpart of run-on-wasmtime.py for components that jco has transpiled. Here the
// memories of core instances can be seen: reports how far those of each guest grew after its first round,
// and after the requests' last cases, which are called once and not timed.

import { readFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { WASIShim } from "@bytecodealliance/preview2-shim/instantiation";

const request = JSON.parse(process.argv[2]);

async function instantiate({ folder, preopen, env = [], start = [] }) {
  const memories = new Set();
  const collect = (values) => values.forEach((value) => value instanceof WebAssembly.Memory && memories.add(value));
  const getCoreModule = async (name) => WebAssembly.compile(await readFile(path.join(folder, name)));
  const instantiateCore = async (module, imports) => {
    const instance = await WebAssembly.instantiate(module, imports);
    collect(Object.values(instance.exports));
    return instance;
  };
  const shim = new WASIShim({ sandbox: { preopens: preopen === undefined ? {} : { "/": preopen }, env: Object.fromEntries(env) } });
  const component = await import(pathToFileURL(path.join(folder, "component.js")).href);
  const exports = await component.instantiate(getCoreModule, shim.getImportObject(), instantiateCore);
  for (const name of start) exports[name]();
  return { exports, memoryBytes: () => [...memories].reduce((sum, { buffer }) => sum + buffer.byteLength, 0) };
}

/** Of an instance that stays, or, in a "fresh" case, of a new one that is made in the time of the call. */
async function call(guests, { name, guest, function: exported, args, least, fresh }) {
  const before = performance.now();
  const { exports } = fresh ? await instantiate(request.guests[guest]) : guests[guest];
  const found = exports[exported](...args);
  const seconds = (performance.now() - before) / 1000;
  if (least !== undefined && Number(found) < least) throw new Error(`${name} gave ${found}, not ${least}`);
  return seconds;
}

const guests = {};
for (const [name, guest] of Object.entries(request.guests)) guests[name] = await instantiate(guest);
const seconds = Object.fromEntries(request.cases.map(({ name }) => [name, []]));
const before = Object.fromEntries(Object.entries(guests).map(([name, { memoryBytes }]) => [name, memoryBytes()]));
for (let round = 0; round <= request.rounds; round++) {
  for (const each of request.cases) {
    const taken = await call(guests, each);
    if (round > 0) seconds[each.name].push(taken);
  }
}
for (const each of request.untimed) await call(guests, each);
const memory = Object.fromEntries(
  Object.entries(guests).map(([name, { memoryBytes }]) => [name, { before: before[name], after: memoryBytes() }]),
);
console.log(JSON.stringify({ version: `Node ${process.version}`, seconds, memory }));
// The shim's worker would keep the process.
process.exit();
