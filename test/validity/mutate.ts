/**
 * Changes components: bytes of them, and what they are made of, written again so that most of it is well formed and
 * means something else. Core modules stay what they are: their contents are for hosts to validate.
 */
import { decodeComponent, encodeComponent, type NewSection, type Section } from "../../src/binary/component.ts";
import { below, pick, type Random } from "./generate.ts";

/** One to three changes. */
export function mutate(random: Random, component: Uint8Array): Uint8Array {
  let changed = component;
  for (let i = 1 + below(random, 3); i > 0; i--) changed = random() < 0.4 ? changeByte(random, changed) : changePart(random, changed);
  return changed;
}

function changeByte(random: Random, component: Uint8Array): Uint8Array {
  const fixed = coreModulesOf(component);
  const at = below(random, component.length);
  if (fixed.some(([start, end]) => at >= start && at < end)) return component;
  const byte = pick(random, [below(random, 256), (component[at] ?? 0) ^ (1 << below(random, 8)), (component[at] ?? 0) + 1]);
  const kind = random();
  if (kind < 0.8) {
    const copy = component.slice();
    copy[at] = byte;
    return copy;
  }
  const [before, after] = [component.slice(0, at), component.slice(at)];
  return kind < 0.9 ? Uint8Array.from([...before, ...after.slice(1)]) : Uint8Array.from([...before, byte, ...after]);
}

/** Where core modules lie, nested ones too. */
function coreModulesOf(bytes: Uint8Array, offset = 0): readonly (readonly [start: number, end: number])[] {
  return sectionsOf(bytes, offset).flatMap((section) => {
    if (section.kind === "core module") return [[section.offset - 8, section.offset + section.bytes.length] as const];
    return section.kind === "component" ? coreModulesOf(section.bytes, section.offset) : [];
  });
}

/** As many as can be read. */
function sectionsOf(bytes: Uint8Array, offset = 0): readonly Section[] {
  try {
    return decodeComponent(bytes, offset);
  } catch {
    return [];
  }
}

function changePart(random: Random, component: Uint8Array): Uint8Array {
  const sections = sectionsOf(component);
  if (sections.length === 0) return component;
  try {
    return encodeComponent(changeSections(random, sections));
  } catch {
    return component; // it cannot be written down
  }
}

function changeSections(random: Random, sections: readonly Section[]): readonly NewSection[] {
  const at = below(random, sections.length);
  const section = sections[at];
  if (section === undefined) return sections;
  const kind = random();
  if (kind < 0.04) return sections.toSpliced(at, 1);
  if (kind < 0.08) return sections.toSpliced(at, 0, section);
  if (kind < 0.12) return sections.toSpliced(at, 1).toSpliced(below(random, sections.length), 0, section);
  if (section.kind === "component") return sections.toSpliced(at, 1, { ...section, bytes: changePart(random, section.bytes) });
  if (section.kind === "core module" || section.kind === "custom" || section.kind === "core type") return sections;
  return sections.toSpliced(at, 1, changeValue(random, section) as Section);
}

const NAMES = [
  "a",
  "A",
  "a-b",
  "x1",
  "",
  "-",
  "a_b",
  "é",
  "acme:kit/i0",
  "acme:kit/i0@1.0.0",
  "wasi:io/streams@0.2.0",
  "a:b/c@1.0",
  "[method]a.b",
  "[constructor]r",
  "[static]r.f",
  "self",
  "url=<x>",
];

/** One leaf or one list inside of a value. */
function changeValue(random: Random, value: unknown): unknown {
  if (typeof value === "number") return pick(random, [value + 1, Math.max(0, value - 1), below(random, 8), value ^ 1, 1000]);
  if (typeof value === "boolean") return !value;
  if (typeof value === "string") return pick(random, [...NAMES, value.toUpperCase(), `${value}x`, value.slice(1)]);
  if (value instanceof Uint8Array || value === null || value === undefined) return value;
  if (Array.isArray(value)) {
    const at = below(random, value.length);
    const kind = random();
    if (value.length === 0) return value;
    if (kind < 0.1) return value.toSpliced(at, 1);
    if (kind < 0.2) return value.toSpliced(at, 0, value[below(random, value.length)]);
    if (kind < 0.3) return value.toSpliced(at, 1, value[below(random, value.length)]);
    return value.toSpliced(at, 1, changeValue(random, value[at]));
  }
  const entries = Object.entries(value).filter(([key]) => key !== "kind" && key !== "offset" && key !== "sort");
  if (entries.length === 0) return value;
  const [key, inner] = pick(random, entries);
  return { ...value, [key]: changeValue(random, inner) };
}
