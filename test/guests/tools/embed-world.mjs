// Makes the dummy component of a world. The request: { witSource, world, output }.

import { readFile, writeFile } from "node:fs/promises";
import { componentEmbed, componentNew } from "@bytecodealliance/jco";

const { witSource, world, output } = JSON.parse(await readFile(process.argv[2], "utf8"));
await writeFile(output, await componentNew(await componentEmbed({ witSource, dummy: true, world })));
