// Makes a component of a world and a core module, or of a dummy that does nothing; or gives that module with the world in it.
// The request: { witSource, world, core: base64, if there is one, isModule, output }.

import { readFile, writeFile } from "node:fs/promises";
import { componentEmbed, componentNew } from "@bytecodealliance/jco";

const { witSource, world, core, isModule, output } = JSON.parse(await readFile(process.argv[2], "utf8"));
const module = core === undefined ? { dummy: true } : { binary: Buffer.from(core, "base64") };
const embedded = await componentEmbed({ witSource, world, ...module });
await writeFile(output, isModule ? embedded : await componentNew(embedded));
