// Compiles C to a preview 1 core module with the clang that is itself WebAssembly. An object goes out through stdout: clang writes
// it in small pieces to a file, and for each of them the package copies all that the file has. It compiles one program after the
// other, because clang takes longer to load than to compile one: lines of JSON on stdin say where a request is, and file
// descriptor 3 says when it is done. The request: { files: { name: text }, options: clang's, program: the file that clang makes, output }.

import { writeSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { runClang } from "@yowasp/clang";

const ANSWERS = 3;
// A pipe that nobody reads just now takes no more at once: `process.stderr` waits then, where `writeSync` would fail.
const told = { fetchProgress: () => {}, stderr: (bytes) => bytes !== null && process.stderr.write(Uint8Array.from(bytes)) };

/** What is for the linker alone, and what no object has. */
const isForLinker = (option) => option.startsWith("-Wl,") || option.startsWith("-mexec-model=");

async function object(source, files, options) {
  const chunks = [];
  const stdout = (bytes) => bytes !== null && chunks.push(Uint8Array.from(bytes));
  await runClang(["clang", "-c", ...options.filter((option) => !isForLinker(option)), source, "-o", "-"], files, { ...told, stdout });
  return Buffer.concat(chunks);
}

async function compile({ files, options, program, output }) {
  const objects = {};
  for (const source of Object.keys(files).filter((file) => file.endsWith(".c")))
    objects[source.replace(/c$/, "o")] = await object(source, files, options);
  const made = await runClang(["clang", ...options, ...Object.keys(objects), "-o", program], objects, told);
  await writeFile(output, made[program]);
}

try {
  for await (const line of createInterface({ input: process.stdin })) {
    await compile(JSON.parse(await readFile(JSON.parse(line).input, "utf8")));
    writeSync(ANSWERS, '"done"\n');
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
