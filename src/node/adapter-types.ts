/**
 * What a module in TypeScript has to export to provide interfaces, and may import, as declarations that jco makes
 * of their WIT; and a module to begin with.
 */
import { adapterWorld, type AdapterWorld, ADAPTER_PREFIX } from "./adapter-world.ts";
import { LinkError, OptionError } from "../errors.ts";
import { bytes, check, list, text } from "../shapes.ts";
import { nearest } from "../suggestion.ts";
import { camel, exportNameOf } from "./check-adapter.ts";
import { JCO, needed } from "./optional-packages.ts";
import { toolSentence } from "./tool-message.ts";
import { withWasiDocs } from "./wasi-docs.ts";

export interface AdapterTypes {
  /** The text of each file, by its path in the folder. */
  readonly files: ReadonlyMap<string, string>;
  /** A module that throws wherever it is called; `folder` is where it finds the declarations. */
  stub(folder: string): string;
}

/** The file to refer to. */
export const TYPES_FILE = "adapter.d.ts";
const NAME = "adapter";

/**
 * What a module has to export that provides `wanted`, such as `acme:kv/store`, and what it may import: the same, and
 * `imports`, such as `wasi:clocks/wall-clock`.
 * @throws OptionError for an interface that the component does not import, or of which nothing is known
 * @throws LinkError for a name that WIT has no way to write
 */
export async function adapterTypes(component: Uint8Array, wanted: string, imports: readonly string[] = []): Promise<AdapterTypes> {
  check(bytes, component, "component");
  check(text, wanted, "interface");
  check(list(text), imports, "imports");
  const world = adapterWorld(component, wanted);
  const unknown = imports.find((name) => world.importName(name) === undefined);
  if (unknown !== undefined) {
    const meant = nearest(unknown.replace(/@.*/, ""), world.importable);
    const hint = meant === undefined ? "" : `: did you mean \`${meant}\`?`;
    throw new OptionError("imports", `\`${unknown}\` is no interface of WASI 0.2, and the component does not import it either${hint}`);
  }
  return { files: await declarationsOf(world, imports), stub: (folder) => stubText(world.exports, folder) };
}

/** The texts by their paths: of the exports, of the same as imports, and of `imports` in full. */
export async function declarationsOf(world: AdapterWorld, imports: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const own = world.exports.map(({ name }) => [name, "all"] as const);
  const named = [...own, ...imports.map((name) => [name, () => true] as const)];
  const wit = world.wit(named).replaceAll(ADAPTER_PREFIX, "");
  const { generateTypes } = await needed<{ readonly generateTypes: GenerateTypes }>(JCO, "makes TypeScript's declarations", "/component");
  const made = await generateTypes(NAME, {
    wit: { tag: "source", val: wit },
    world: NAME,
    guest: true,
    features: { tag: "all" },
  }).catch((cause: unknown) => {
    // Components may have names that WIT has no way to write.
    const names = world.exports.map(({ name }) => `\`${name}\``).join(", ");
    throw new LinkError(`jco has no declarations for ${names}: ${toolSentence(cause)}`, { cause });
  });
  const decoder = new TextDecoder();
  const files = new Map<string, string>();
  for (const [path, bytes] of made) {
    const text = decoder.decode(bytes);
    const [, declared = ""] = /^declare module '([^']*)'/m.exec(text) ?? [];
    files.set(path, await withWasiDocs(text, declared));
  }
  const imported = [...files.values()].flatMap((text) =>
    [...text.matchAll(/^declare module '([^']*\/[^']*)'/gm)].map(([, name = ""]) => name),
  );
  // Imports go without versions too.
  const short = imported
    .filter((name) => name.includes("@"))
    .map((name) => `declare module '${name.replace(/@.*/, "")}' {\n  export * from '${name}';\n}\n`);
  files.set(TYPES_FILE, `${files.get(TYPES_FILE) ?? ""}\n${short.join("")}`);
  return files;
}

type GenerateTypes = (
  name: string,
  options: { readonly wit: object; readonly world: string; readonly guest: boolean; readonly features: object },
) => Promise<readonly (readonly [path: string, bytes: Uint8Array])[]>;

function stubText(interfaces: ReturnType<typeof adapterWorld>["exports"], folder: string): string {
  const objects = interfaces.map(({ name, functions, resources }) => {
    const plain = functions.filter((each) => !each.startsWith("["));
    const members = [
      ...[...resources.keys()].map((each) => classText(each, functions)),
      ...plain.map((each) => `  ${camel(each)}() {\n    throw new Error("${each} is not written yet");\n  },\n`),
    ];
    return `export const ${exportNameOf(name)}: typeof import("${name}") = {\n${members.join("")}};\n`;
  });
  return [`/// <reference path="${folder}/${TYPES_FILE}" />\n`, ...objects].join("\n");
}

function classText(resource: string, functions: readonly string[]): string {
  const name = camel(`-${resource}`);
  const methods = functions.flatMap((each) => {
    const [, kind, method = ""] = /^\[(method|static)\][^.]*\.(.*)$/.exec(each) ?? [];
    const isOf = each.includes(`]${resource}.`);
    return kind === undefined || !isOf
      ? []
      : [
          `    ${kind === "static" ? "static " : ""}${camel(method)}(): never {\n      throw new Error("${method} is not written yet");\n    }\n`,
        ];
  });
  return `  ${name}: class {\n${methods.join("")}    [Symbol.dispose](): void {}\n  },\n`;
}
