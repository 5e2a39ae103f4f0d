// Makes a component of JavaScript. The request: { source, witWorld, worldName, output }.

import { readFile, writeFile } from "node:fs/promises";
import { componentize } from "@bytecodealliance/componentize-js";

const { source, witWorld, worldName, output } = JSON.parse(await readFile(process.argv[2], "utf8"));
const { component } = await componentize(source, { witWorld, worldName });
await writeFile(output, component);
