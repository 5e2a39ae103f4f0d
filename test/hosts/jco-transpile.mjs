// Child of jco.ts: transpiles one component into a folder. Reports on file descriptor 3 when it has.

import { readFile, writeFile } from "node:fs/promises";
import { writeSync } from "node:fs";
import path from "node:path";
import { transpile } from "@bytecodealliance/jco";

const REPORT = 3;
const { input, output, multiMemory } = JSON.parse(process.argv[2]);

try {
  const { files } = await transpile(await readFile(input), {
    name: "component",
    instantiation: "async",
    noComponentErrorWrapping: false,
    multiMemory,
  });
  for (const [name, bytes] of Object.entries(files)) {
    if (!name.endsWith(".d.ts")) await writeFile(path.join(output, name), bytes);
  }
  writeSync(REPORT, "done");
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
