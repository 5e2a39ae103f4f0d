/**
 * Components to try the codec on: worlds made from the WIT that jco ships, real programs turned into components,
 * the component types that toolchains put into core modules, and what is already a component in `node_modules`.
 */
import { componentEmbed, componentNew } from "@bytecodealliance/jco-transpile/wasm-tools";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { decodeComponent, kindOf, PREAMBLE, type Section } from "../../src/binary/component.ts";
import { Reader } from "../../src/binary/codec.ts";

export interface Found {
  readonly label: string;
  readonly bytes: Uint8Array;
}

const modules = fileURLToPath(new URL("../../node_modules/", import.meta.url));
const builtinWit = `${modules}@bytecodealliance/jco/lib/wit/builtin/`;

const WORLDS = {
  "0.2.12": "include wasi:cli/command@0.2.12; import wasi:http/outgoing-handler@0.2.12; export wasi:http/incoming-handler@0.2.12;",
  "0.3.0": "include wasi:cli/command@0.3.0; include wasi:http/service@0.3.0;",
} as const;

/** A component that imports and exports everything of WASI. */
export async function wasiComponent(version: keyof typeof WORLDS): Promise<Uint8Array> {
  const packages = readdirSync(builtinWit + version).map((folder) => {
    const text = readFileSync(`${builtinWit}${version}/${folder}/package.wit`, "utf8");
    return `${text.replace(/^package ([^;]+);/m, "package $1 {")}\n}`;
  });
  const witSource = `package test:all;\nworld everything { ${WORLDS[version]} }\n${packages.join("\n")}`;
  return componentNew(await componentEmbed({ witSource, dummy: true, world: "everything" }));
}

/** A preview 1 program as a component. */
export async function fromPreview1(path: string, adapter: "command" | "reactor"): Promise<Uint8Array> {
  const adapterBytes = readModule(`@bytecodealliance/jco/lib/wasi_snapshot_preview1.${adapter}.wasm`);
  return componentNew(readModule(path), [["wasi_snapshot_preview1", adapterBytes]]);
}

function readModule(path: string): Uint8Array {
  return new Uint8Array(readFileSync(modules + path));
}

/** Every component in an installed package, and every one in a custom section of a core module there. */
export function installedComponents(): Found[] {
  return readdirSync(modules, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".wasm"))
    .flatMap((path) => {
      const bytes = readModule(path);
      if (kindOf(bytes) === "component") return [{ label: path, bytes }];
      return kindOf(bytes) === "core module" ? inCustomSections(path, bytes) : [];
    });
}

function inCustomSections(path: string, bytes: Uint8Array): Found[] {
  const found: Found[] = [];
  const reader = new Reader(bytes, 0, "the core module", PREAMBLE.length);
  while (!reader.done) {
    const id = reader.byte();
    const section = reader.window(reader.u32(), "a section");
    if (id !== 0) continue;
    const label = `${path} ${section.name()}`;
    const content = section.bytes(section.remaining);
    if (kindOf(content) === "component") found.push({ label, bytes: content });
  }
  return found;
}

/** The component and all that are nested in it, each with its sections. */
export function* decodeDeep({ label, bytes }: Found, baseOffset = 0): Generator<Found & { readonly sections: readonly Section[] }> {
  const sections = decodeComponent(bytes, baseOffset);
  yield { label, bytes, sections };
  for (const section of sections) {
    if (section.kind === "component") yield* decodeDeep({ label: `${label} > ${section.offset}`, bytes: section.bytes }, section.offset);
  }
}
