// Compiles C to a preview 1 core module with the clang that is itself WebAssembly.
// The request: { files: { name: text }, args: clang's, program: the file that clang makes, output }.

import { readFile, writeFile } from "node:fs/promises";
import { runClang } from "@yowasp/clang";

const { files, args, program, output } = JSON.parse(await readFile(process.argv[2], "utf8"));
const made = await runClang(["clang", ...args], files, { fetchProgress: () => {} });
await writeFile(output, made[program]);
