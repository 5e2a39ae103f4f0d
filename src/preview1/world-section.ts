/**
 * The custom sections `component-type...` of a core module, in which a bindings generator such as wit-bindgen says what world the
 * module is made for. Each is a component that exports the type of a component, which in turn exports the type of the world:
 *
 *   (component
 *     (@custom "wit-component-encoding" "\04\00")        ;; a version, and how strings are encoded
 *     (type (component
 *       (type (component (import ...) (export ...)))     ;; the world
 *       (export "acme:lib/lib" (component (type 0)))))
 *     (export "lib" (type 0)))
 */
import { decodeComponent } from "../binary/component.ts";
import { Reader } from "../binary/reader.ts";
import { SECTION } from "../binary/core-module.ts";
import type { ComponentType } from "../component/types.ts";
import { worldOf } from "../component/world.ts";
import type { StringEncoding } from "../compose/part.ts";
import { LinkError } from "../errors.ts";
import type { Section } from "./sections.ts";

const PREFIX = "component-type";
const ENCODING_SECTION = "wit-component-encoding";
const VERSION = 4;
/** In the order of their bytes. */
const ENCODINGS: readonly StringEncoding[] = ["utf8", "utf16", "latin1+utf16"];

export interface WorldSection {
  /** Of the custom section. */
  readonly name: string;
  readonly world: Pick<ComponentType, "imports" | "exports">;
  readonly encoding: StringEncoding;
}

/**
 * One for each section, but for those that say the same.
 * @throws FormatError, LinkError for a section that is not understood
 */
export function worldSections(bytes: Uint8Array, sections: readonly Section[]): readonly WorldSection[] {
  const seen: Uint8Array[] = [];
  return sections.flatMap(({ id, contents, end }) => {
    if (id !== SECTION.custom) return [];
    const reader = new Reader(bytes.subarray(contents, end), contents, "a custom section of the core module");
    const name = reader.name();
    if (!name.startsWith(PREFIX)) return [];
    const body = reader.bytes(reader.remaining);
    if (seen.some((each) => each.length === body.length && each.every((byte, i) => byte === body[i]))) return [];
    seen.push(body);
    return [worldSection(name, body, end - body.length)];
  });
}

function worldSection(name: string, body: Uint8Array, offset: number): WorldSection {
  const what = `the section \`${name}\` of the core module`;
  const encoding = decodeComponent(body, offset).find((each) => each.kind === "custom" && each.name === ENCODING_SECTION);
  const [version, string, ...more] = encoding?.kind === "custom" ? encoding.bytes : [];
  const found = ENCODINGS[string ?? ENCODINGS.length];
  if (version !== VERSION || found === undefined || more.length > 0)
    throw new LinkError(`${what} is not in the format that is known: version ${VERSION} of wit-component's`);
  const outer = only(worldOf(body, offset).exports);
  const inner = outer?.kind === "item type" && outer.type.kind === "component type" ? only(outer.type.exports) : undefined;
  if (inner?.kind !== "component") throw new LinkError(`${what} has no world in it`);
  return { name, world: inner.type, encoding: found };
}

/** What there is, if it is one. */
const only = <T>(items: ReadonlyMap<string, T>): T | undefined => (items.size === 1 ? [...items.values()][0] : undefined);
