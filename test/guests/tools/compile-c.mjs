// Compiles C to a preview 1 core module with the clang that is itself WebAssembly. An object goes out through stdout: clang writes
// it in small pieces to a file, and for each of them the package copies all that the file has.
// The request: { files: { name: text }, options: clang's, program: the file that clang makes, output }.

import { readFile, writeFile } from "node:fs/promises";
import { runClang } from "@yowasp/clang";

const { files, options, program, output } = JSON.parse(await readFile(process.argv[2], "utf8"));
const fetchProgress = () => {};

async function object(source) {
  const chunks = [];
  const stdout = (bytes) => bytes !== null && chunks.push(Uint8Array.from(bytes));
  await runClang(["clang", "-c", ...options, source, "-o", "-"], files, { stdout, fetchProgress });
  return Buffer.concat(chunks);
}

const objects = {};
for (const source of Object.keys(files).filter((file) => file.endsWith(".c"))) objects[source.replace(/c$/, "o")] = await object(source);
const made = await runClang(["clang", ...options, ...Object.keys(objects), "-o", program], objects, { fetchProgress });
await writeFile(output, made[program]);
