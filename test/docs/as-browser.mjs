// Runs a page's script as a browser would, as far as Node goes: there is no `process`, `fetch` reads what lies beside the
// script, and what the page shows is printed. node as-browser.mjs SCRIPT
import { readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";

const [, , script] = process.argv;
const page = pathToFileURL(script);
const { stdout } = process;
const print = (text) => stdout.write(text);
const { Blob, URL } = globalThis;

globalThis.fetch = async (input) => {
  const file = fileURLToPath(new URL(input, new URL("../", page)));
  return new Response(readFileSync(file), { headers: { "content-type": "application/wasm" } });
};
globalThis.Blob = class extends Blob {
  constructor(parts, options) {
    super(parts, options);
    this.parts = parts;
  }
};
// Node imports no `blob:`.
URL.createObjectURL = ({ parts }) => `data:text/javascript;base64,${parts.map((part) => Buffer.from(part).toString("base64")).join("")}`;
const element = { relList: { supports: () => true } };
globalThis.document = { createElement: () => element, body: { append: (...texts) => print(texts.join("")) } };
globalThis.window = globalThis;
delete globalThis.process;
await import(page.href);
