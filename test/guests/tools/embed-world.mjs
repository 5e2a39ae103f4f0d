// Makes a component of a world and a core module, or of a dummy that does nothing.
// The request: { witSource, world, core: base64, if there is one, output }.

import { readFile, writeFile } from "node:fs/promises";
import { componentEmbed, componentNew } from "@bytecodealliance/jco";

const { witSource, world, core, output } = JSON.parse(await readFile(process.argv[2], "utf8"));
const module = core === undefined ? { dummy: true } : { binary: Buffer.from(core, "base64") };
await writeFile(output, await componentNew(await componentEmbed({ witSource, world, ...module })));
