/**
 * What WASI says of its functions and types, put into declarations that have no docs: out of those that
 * preview2-shim carries of the same interfaces, where it is installed.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { folderOf, SHIM } from "./optional-packages.ts";

/** `text` declares an interface, such as `wasi:random/random@0.2.12`. */
export async function withWasiDocs(text: string, interfaceName: string): Promise<string> {
  const [, pkg, name] = /^wasi:([^/]*)\/([^@]*)(@0\.2\..*)?$/.exec(interfaceName) ?? [];
  if (pkg === undefined) return text;
  const folder = await folderOf(SHIM).catch(() => undefined);
  if (folder === undefined) return text;
  const file = join(folder, "types/interfaces", `wasi-${pkg}-${name}.d.ts`);
  return withDocs(text, docsOf(await readFile(file, "utf8").catch(() => "")));
}

interface Declaration {
  /** `read` of a class or record is `Descriptor.read`; `undefined` where nothing is declared. */
  readonly name: string | undefined;
  readonly indent: string;
  readonly line: string;
  /** The lines of the comment before it. */
  readonly comment: readonly string[];
}

/** Line by line, as jco writes declarations. */
function* declarationsOf(text: string): Generator<Declaration> {
  let owner: string | undefined;
  let comment: string[] = [];
  let isComment = false;
  for (const line of text.split("\n")) {
    const trimmed = line.trim();
    if (isComment || trimmed.startsWith("/**")) {
      // The comment before the last is the file's own.
      if (!isComment) comment = [];
      comment.push(trimmed);
      isComment = !trimmed.endsWith("*/");
      continue;
    }
    const [, kind, top] = /^export (function|type|interface|class) (\w+)/.exec(trimmed) ?? [];
    const [, member] = /^(?:static )?(\w+)\??[(:]/.exec(trimmed) ?? [];
    const name = top ?? (owner === undefined || member === undefined ? undefined : `${owner}.${member}`);
    yield { name, indent: /^ */.exec(line)?.[0] ?? "", line, comment };
    comment = [];
    if (kind === "interface" || kind === "class") owner = top;
    else if (trimmed.startsWith("}")) owner = undefined;
  }
}

function docsOf(text: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const { name, comment } of declarationsOf(text)) if (name !== undefined && comment.length > 0) found.set(name, comment);
  return found;
}

function withDocs(text: string, docs: ReadonlyMap<string, readonly string[]>): string {
  const lines = [...declarationsOf(text)].flatMap(({ name, indent, line, comment }) => {
    const said = docs.get(name ?? "") ?? comment;
    return [...said.map((each) => `${indent}${each.startsWith("*") ? " " : ""}${each}`), line];
  });
  return lines.join("\n");
}
