// A program as a function from files to files, on Node through jco: ripgrep (Rust, from npm) searches what is written
// into its directory, its output becomes a file beside that, and in the end all is as it was composed.
import { brotliDecompressSync } from "node:zlib";
import { transpile } from "@bytecodealliance/jco";
import { WASIShim } from "@bytecodealliance/preview2-shim/instantiation";
import { virtualize } from "../dist/index.js"; // "wasi-nest"
import { getCompressedBytes } from "../node_modules/ripgrep/lib/_rg.wasm.mjs";

const program = brotliDecompressSync(getCompressedBytes());
const options = { tmpfs: [{ path: "/in" }], stdout: { file: "/out.txt" }, exportFiles: true, allowClocks: true, allowRandom: true };
const { chunks } = virtualize(program, { args: ["--sort=path", "fox", "/in"], ...options });
const { files: made } = await transpile(Buffer.concat(chunks), { name: "rg", instantiation: "async" });
const { instantiate } = await import(`data:text/javascript,${encodeURIComponent(Buffer.from(made["rg.js"]))}`);
const { files, run } = await instantiate((name) => WebAssembly.compile(made[name]), new WASIShim().getImportObject());

files.write("/in/notes/animals.txt", new TextEncoder().encode("The quick brown fox\njumps over\nthe lazy dog\n"));
run.run();
console.log(files.list().map(({ path, size }) => `${path} ${size}`));
console.log(new TextDecoder().decode(files.read("/out.txt")));
files.reset();
console.log(files.list().map(({ path, size }) => `${path} ${size}`));
