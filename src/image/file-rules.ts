/**
 * Rules that hide and protect files: globs relative to mounts. The adapter matches them where an app runs (virt-adapters/files/glob.ts);
 * what is here does the same for what is embedded, and says where each rule starts in a mount. `layout.ts` draws the tables.
 */
import type { Preopen } from "./tree.ts";
import { RULE_EXCEPTION, RULE_HIDES, RULE_PROTECTS, RULE_SEGMENTS } from "./layout.ts";

export interface FileRule {
  readonly kind: "hide" | "protect";
  /** What it matches is not hidden, or not protected, whatever a rule of its kind before it says. */
  readonly isException: boolean;
  /** `**` for any names; in others `*` is any text, and `?` a character. */
  readonly segments: readonly string[];
  /** The rule is one of a mount that lies in others at the host, as these have it: `Preopen.innerRules` tells in which it holds. */
  readonly inner?: string;
}

/** The names from the root of a mount that holds a mount to that mount; none for the mount itself. */
export type RuleStart = readonly string[];

export interface Said {
  readonly isHidden: boolean;
  readonly isProtected: boolean;
}

/** Where each rule may have come to: bit n for its segment n, and the one behind the last for a match. */
export type Places = readonly number[];

/** At first: rules as they were given, or those of an inner mount, and nowhere for the others. */
export const startPlaces = (rules: readonly FileRule[], inner?: string): Places =>
  rules.map((rule) => (rule.inner === inner ? closed(rule, 1) : 0));

/** The same behind one name more. */
export function stepPlaces(rules: readonly FileRule[], places: Places, name: string): Places {
  return rules.map((rule, index) => step(rule, places[index] ?? 0, name));
}

export function saidAt(rules: readonly FileRule[], places: Places): Said {
  const said = { hide: false, protect: false };
  for (const [index, { kind, isException, segments }] of rules.entries()) {
    if (isMatch(places[index] ?? 0, segments.length)) said[kind] = !isException;
  }
  return { isHidden: said.hide, isProtected: said.protect };
}

/** Whether any of a rule's matches has been come to. */
export const isMatch = (places: number, segments: number): boolean => ((places >>> segments) & 1) === 1;

function step(rule: FileRule, places: number, name: string): number {
  const { segments, isException } = rule;
  let next = places & (1 << segments.length);
  for (const [place, segment] of segments.entries()) {
    if ((places & (1 << place)) === 0) continue;
    if (segment === "**") next |= 1 << place;
    else if (isNameMatch(segment, name, isException)) next |= 2 << place;
  }
  return closed(rule, next);
}

/** `**` may stand for no name. */
function closed({ segments }: FileRule, places: number): number {
  let all = places;
  for (const [place, segment] of segments.entries()) if (segment === "**" && (all & (1 << place)) !== 0) all |= 2 << place;
  return all >>> 0;
}

const folded = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

function isNameMatch(segment: string, name: string, isExact: boolean): boolean {
  const [wanted, found] = [segment, name].map((text) => [...(isExact ? text : folded(text))]) as [string[], string[]]; // of two, two
  let [at, from, afterStar, taken] = [0, 0, -1, 0];
  while (from < found.length || wanted[at] === "*") {
    if (wanted[at] === "*") {
      afterStar = ++at;
      taken = from;
    } else if (wanted[at] === "?" || wanted[at] === found[from]) {
      at++;
      from++;
    } else {
      if (afterStar < 0) return false;
      at = afterStar;
      from = ++taken;
    }
  }
  return at === wanted.length;
}

/** The rules, and for each mount where they start in it, from an address on. */
export function rulesTable(
  rules: readonly FileRule[],
  mounts: readonly Pick<Preopen, "ruleStarts" | "innerRules">[],
  address: number,
): { readonly bytes: Uint8Array; readonly rulesAt: number; readonly startsAt: readonly number[] } {
  const words: number[] = [];
  const known = new Map<string, number>();
  const startsAt = mounts.map(({ ruleStarts: starts = [], innerRules = [] }) => {
    if (starts.length === 0) return 0;
    const own = starts.map((names) => names.reduce((at, name) => stepPlaces(rules, at, name), startPlaces(rules)));
    const inner = innerRules.map((each) => startPlaces(rules, each)).filter((places) => places.some((at) => at !== 0));
    const list = [...new Set([...own, ...inner].map((places) => places.join()))];
    const at = known.get(list.join(";")) ?? address + words.length * 4;
    if (!known.has(list.join(";"))) words.push(list.length, ...list.flatMap((each) => each.split(",").map(Number)));
    known.set(list.join(";"), at);
    return at;
  });
  const encoded = rules.map(encodeRule);
  const bytes = new Uint8Array(words.length * 4 + encoded.reduce((sum, { length }) => sum + length, 0));
  const view = new DataView(bytes.buffer);
  for (const [index, word] of words.entries()) view.setUint32(index * 4, word, true);
  let at = words.length * 4;
  for (const each of encoded) {
    bytes.set(each, at);
    at += each.length;
  }
  return { bytes, rulesAt: address + words.length * 4, startsAt };
}

function encodeRule({ kind, isException, segments }: FileRule): Uint8Array {
  const texts = segments.map((segment) => new TextEncoder().encode(segment));
  const size = RULE_SEGMENTS + texts.reduce((sum, { length }) => sum + 1 + length, 0);
  const flags = (kind === "hide" ? RULE_HIDES : RULE_PROTECTS) | (isException ? RULE_EXCEPTION : 0);
  return Uint8Array.from([size & 0xff, size >> 8, flags, segments.length, ...texts.flatMap((text) => [text.length, ...text])]);
}
