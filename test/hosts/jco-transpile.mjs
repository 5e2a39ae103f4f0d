// Child of jco.ts: transpiles one component after the other, each into a folder, as lines of JSON on stdin say, and
// tells on file descriptor 3 when it has. Ends when jco refuses one: its WebAssembly is unusable after a panic.

import { readFile, writeFile } from "node:fs/promises";
import { writeSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { transpile } from "@bytecodealliance/jco";

const ANSWERS = 3;

// Keys of imports have no versions unless they are asked for, and an app of 0.2 and 0.3 has two of one name.
const PACKAGES_OF_03 = ["cli", "clocks", "filesystem", "http", "random", "sockets"];
const map = PACKAGES_OF_03.map((name) => `wasi:${name}/*@0.3.0=wasi:${name}/*@0.3.0`);

/** @param {{ input: string, output: string, multiMemory: boolean }} question */
async function transpileFile({ input, output, multiMemory }) {
  const { files } = await transpile(await readFile(input), {
    name: "component",
    instantiation: "async",
    noComponentErrorWrapping: false,
    multiMemory,
    map,
  });
  for (const [name, bytes] of Object.entries(files)) {
    if (!name.endsWith(".d.ts")) await writeFile(path.join(output, name), bytes);
  }
}

try {
  for await (const line of createInterface({ input: process.stdin })) {
    await transpileFile(JSON.parse(line));
    writeSync(ANSWERS, '"done"\n');
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
