// Makes the HTTP handler of handler.ts a component: node examples/static-site/build.mjs server.wasm
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { componentEmbed, componentNew, parse, print } from "@bytecodealliance/jco";
import asc from "assemblyscript/asc";

const output = path.resolve(process.argv[2] ?? "server.wasm");
const wit = fileURLToPath(new URL("../lib/wit/builtin/0.2.12", import.meta.resolve("@bytecodealliance/jco")));
/** The oldest version of WASI 0.2: hosts with a newer one offer it. */
const VERSION = "0.2.0";

const packageOf = (name) =>
  readFileSync(path.join(wit, `wasi-${name}/package.wit`), "utf8").replace(/^package ([^;]+);([^]*)$/m, "package $1 {$2}\n");
const packages = ["io", "clocks", "random", "cli", "filesystem", "sockets", "http"].map(packageOf).join("");
const witSource = `package example:static-site;
world handler {
  import wasi:filesystem/preopens@${VERSION};
  import wasi:http/types@${VERSION};
  export wasi:http/incoming-handler@${VERSION};
}
${packages.replaceAll("0.2.12", VERSION)}`;

/** AssemblyScript's exports are identifiers. */
const NAMES = { handle: `wasi:http/incoming-handler@${VERSION}#handle`, realloc: "cabi_realloc" };

const folder = mkdtempSync(path.join(tmpdir(), "static-site-"));
try {
  const core = path.join(folder, "core.wasm");
  const options = ["-Oz", "--noAssert", "--runtime", "stub", "--use", "abort=", "--disableWarning", "201"];
  const { error, stderr } = await asc.main(["handler.ts", "--baseDir", import.meta.dirname, "--outFile", core, ...options]);
  if (error) throw new Error(stderr.toString(), { cause: error });
  const text = (await print(readFileSync(core))).replace(/\(export "(handle|realloc)"/g, (_, name) => `(export "${NAMES[name]}"`);
  writeFileSync(output, await componentNew(await componentEmbed({ binary: await parse(text), witSource, world: "handler" })));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
