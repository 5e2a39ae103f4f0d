// Child of guests.mjs, on a Node that runs TypeScript: writes one of the guests of test/guests to a file.

import { readFile, writeFile } from "node:fs/promises";
import { compileC } from "../test/guests/c-program.ts";
import { rustGuest } from "../test/guests/rust.ts";
import {
  adaptCommand,
  cProgram,
  everythingWit,
  javascript,
  pythonModule,
  ripgrepModule,
  sqlite,
  worldComponent,
} from "../test/guests/index.ts";

const guests = {
  hello: async () => adaptCommand(await cProgram("hello")),
  stage: () => cProgram("stage"),
  walk: async () => adaptCommand(await cProgram("walk")),
  everything: async () => worldComponent(await everythingWit("0.2.12"), "everything"),
  sqlite,
  ripgrepModule,
  pythonModule,
  speed: async () => rustGuest("speed"),
  tangle: async () => rustGuest("tangle"),
  preview1: async () => {
    const source = await readFile(new URL("guests/preview1.c", import.meta.url), "utf8");
    return compileC("preview1-bench", { "preview1.c": source }, ["-O2"]);
  },
  javascript: async () => javascript('export const run = { run() { console.log("hello"); } };\n'),
};

const [name, output] = process.argv.slice(2);
await writeFile(output, await guests[name]());
