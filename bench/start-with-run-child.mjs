// Child of start-with-run.mjs: has jco transpile a component, as a whole or as `run` does it, and prints what it took of the
// processor from start to end, which others on the machine change less than how long it lasted.

import { readFileSync } from "node:fs";
import process, { argv } from "node:process";
import { transpiled } from "../dist/node/transpile.js";

const [, , way, file] = argv;
const multiMemory = WebAssembly.validate(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 5, 2, 0, 0, 0, 0));
const component = new Uint8Array(readFileSync(file).buffer);
process.on("exit", () => {
  const { user, system } = process.cpuUsage();
  console.log(JSON.stringify({ milliseconds: (user + system) / 1000, peak: process.resourceUsage().maxRSS * 1024 }));
});
if (way === "whole") {
  const { transpile } = await import("@bytecodealliance/jco");
  await transpile(component, { name: "command", instantiation: "async", multiMemory });
} else await transpiled(component, "is measured", multiMemory);
