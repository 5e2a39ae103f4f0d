/**
 * The custom section `component-name`: what people call a component and the items of its index spaces
 * (Binary.md, "Name Section"). It means nothing to a host, so one that is malformed is as good as none.
 */
import { FormatError } from "../errors.ts";
import { type Cases, choice, type Codec, name, Reader, sized, struct, u32, vec, Writer } from "./codec.ts";
import { CUSTOM_SECTION, PREAMBLE_LENGTH } from "./component.ts";
import { type Sort, sort } from "./sorts.ts";

export const NAME_SECTION = "component-name";

export interface Names {
  /** What the component itself is called. */
  readonly component: string | undefined;
  /** Names by index, for each sort. */
  readonly items: ReadonlyMap<Sort, ReadonlyMap<number, string>>;
}

type Subsection =
  | { readonly kind: "component name"; readonly name: string }
  | { readonly kind: "sort names"; readonly sort: Sort; readonly names: readonly NameAssoc[] };

interface NameAssoc {
  readonly idx: number;
  readonly name: string;
}

/** `nameassoc ::= idx:<u32> name:<name>` */
const nameAssoc = struct<NameAssoc>({ idx: u32, name });

/** `componentnamesubsec ::= namesubsection_0(<name>)`, `sortnamesubsec ::= namesubsection_1(sort:<sort> names:vec(<nameassoc>))` */
const cases: Cases<Subsection> = {
  "component name": [0, sized("a component's name", struct({ name }))],
  "sort names": [1, sized("the names of a sort", struct({ sort, names: vec(nameAssoc) }))],
};
const subsection: Codec<Subsection> = choice<Subsection>("name subsection", cases);

/** What the section holds, from behind its name on; nothing where it is malformed. */
export function decodeNames(bytes: Uint8Array): Names {
  let component: string | undefined;
  const items = new Map<Sort, Map<number, string>>();
  const reader = new Reader(bytes, 0, "the name section");
  try {
    while (!reader.done) {
      const found = subsection.read(reader);
      if (found.kind === "component name") component = found.name;
      else items.set(found.sort, new Map(found.names.map((each) => [each.idx, each.name])));
    }
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return { component: undefined, items: new Map() };
  }
  return { component, items };
}

/** What a component itself is called: the last that says so counts. Nothing else of it is decoded. */
export function nameOf(component: Uint8Array): string | undefined {
  const reader = new Reader(component, 0, "the component", PREAMBLE_LENGTH);
  let found: string | undefined;
  while (!reader.done) {
    const isCustom = reader.byte() === CUSTOM_SECTION;
    const content = new Reader(reader.bytes(reader.u32()));
    if (isCustom && content.name() === NAME_SECTION) found = decodeNames(content.bytes(content.remaining)).component;
  }
  return found;
}

export function encodeNames({ component, items }: Names): Uint8Array {
  const writer = new Writer();
  if (component !== undefined) subsection.write(writer, { kind: "component name", name: component });
  for (const [sort, names] of items) {
    const sorted = [...names].map(([idx, name]) => ({ idx, name })).sort((left, right) => left.idx - right.idx);
    subsection.write(writer, { kind: "sort names", sort, names: sorted });
  }
  return writer.finish();
}
