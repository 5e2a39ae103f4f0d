// Child of guests.mjs, on a Node that runs TypeScript: writes one of the guests of test/guests to a file.

import { writeFile } from "node:fs/promises";
import { rustGuest } from "../test/guests/rust.ts";
import { adaptCommand, cProgram, everythingWit, javascript, sqlite, worldComponent } from "../test/guests/index.ts";

const guests = {
  hello: async () => adaptCommand(await cProgram("hello")),
  walk: async () => adaptCommand(await cProgram("walk")),
  everything: async () => worldComponent(await everythingWit("0.2.12"), "everything"),
  sqlite,
  speed: async () => rustGuest("speed"),
  tangle: async () => rustGuest("tangle"),
  javascript: async () => javascript('export const run = { run() { console.log("hello"); } };\n'),
};

const [name, output] = process.argv.slice(2);
await writeFile(output, await guests[name]());
