// Child of jco.ts: transpiles one component after the other, each into a folder, as lines of JSON on stdin say, and
// tells on file descriptor 3 when it has. Ends when jco refuses one: its WebAssembly is unusable after a panic.

import { readFile, writeFile } from "node:fs/promises";
import { writeSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { transpile } from "@bytecodealliance/jco";

const ANSWERS = 3;

/** @param {{ input: string, output: string, multiMemory: boolean }} question */
async function transpileFile({ input, output, multiMemory }) {
  const { files } = await transpile(await readFile(input), {
    name: "component",
    instantiation: "async",
    noComponentErrorWrapping: false,
    multiMemory,
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
