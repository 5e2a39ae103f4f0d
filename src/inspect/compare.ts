/**
 * What one component can do that another could not: for reviews of an output that was made again. Imports tell that, and for outputs
 * of ours the options that they record. What is not understood counts as more.
 */
import { BOUNDS, policyRows } from "../adapters/modules.ts";
import type { Policy } from "../adapters/registry.ts";
import type { InspectedImport, Inspection } from "./inspect.ts";
import type { NestedComponent } from "./nesting.ts";

/** Plain data. */
export interface Comparison {
  /** Imports that give power: new ones, and those of which new functions are used, with these functions alone. */
  readonly more: readonly InspectedImport[];
  readonly less: readonly InspectedImport[];
  /** What the later one gets more of through imports that both have: options that it records, rules that are gone. */
  readonly wider: readonly Change[];
  /** Other options that differ. */
  readonly changed: readonly Change[];
}

export interface Change {
  /** An option by its name in the library, or what it is. */
  readonly name: string;
  /** As an inspection shows it; `null` where there is none. */
  readonly before: string | null;
  readonly after: string | null;
}

/** Whether the later one has any power that the earlier one does not. */
export const isMore = ({ more, wider }: Comparison): boolean => more.length > 0 || wider.length > 0;

export function compare(before: Inspection, after: Inspection): Comparison {
  const [one, other] = [before.component, after.component];
  const [earlier, later] = [one.metadata?.policy, other.metadata?.policy];
  const options = [
    // What is no output of ours has all that it imports, whatever an output would do with that: its imports tell it.
    ...(earlier && later ? changesOf(earlier, later) : []),
    ...changesInside(one.components.flatMap(policiesIn), other.components.flatMap(policiesIn)),
  ];
  const wider = options.filter(({ isWider }) => isWider).map(({ change }) => change);
  return {
    more: beyond(before.imports, after.imports),
    less: beyond(after.imports, before.imports),
    wider: [...loosenedIn(before, after), ...bypassesIn(before, after), ...withoutOptions(before, after), ...wider],
    changed: options.filter(({ isWider }) => !isWider).map(({ change }) => change),
  };
}

/** Imports by their names, and the functions of each. */
function beyond(known: readonly InspectedImport[], found: readonly InspectedImport[]): readonly InspectedImport[] {
  return found.flatMap((each): readonly InspectedImport[] => {
    if (!each.isPower) return [];
    const other = known.find(
      ({ name, kind, implements: implemented }) => name === each.name && kind === each.kind && implemented === each.implements,
    );
    if (other === undefined) return [each];
    const functions = each.functions.filter((func) => !other.functions.includes(func));
    return functions.length === 0 ? [] : [{ ...each, functions }];
  });
}

/** Of an output and of outputs in it, the outermost first. One of a later format says nothing that is understood. */
function policiesIn({ metadata, components }: NestedComponent): readonly Policy[] {
  return [...(metadata === null ? [] : [metadata.policy ?? {}]), ...components.flatMap(policiesIn)];
}

interface OptionChange {
  readonly change: Change;
  readonly isWider: boolean;
}

type Values = Readonly<Record<string, unknown>>;

function changesOf(before: Policy, after: Policy): readonly OptionChange[] {
  const [earlier, later] = [before as Values, after as Values];
  return [...new Set([...Object.keys(earlier), ...Object.keys(later)])].flatMap((name): readonly OptionChange[] => {
    const [one, other] = [earlier[name], later[name]];
    if (same(one, other)) return [];
    return [{ change: { name, before: shown(name, one), after: shown(name, other) }, isWider: isWider(name, one, other) }];
  });
}

/** Whether the later value of an option lets anything through that the earlier one does not. */
function isWider(name: string, before: unknown, after: unknown): boolean {
  const [earlier, later] = [listOf(name, before), listOf(name, after)];
  switch (Object.hasOwn(BOUNDS, name) ? BOUNDS[name] : undefined) {
    case "gives":
      return before !== true && later.some((each) => !isCovered(each, earlier));
    case "limits":
      return before !== undefined && (after === undefined || later.some((each) => !earlier.includes(each)));
    case "takes":
      return takesLess(earlier, later);
    case "alters":
      return after !== undefined && earlier.some((each) => /^(?:prefix|limit):/.test(each));
    default:
      return false;
  }
}

/** Whether fewer rules take something away, or exceptions from them are new. Where there are exceptions the last rule counts. */
function takesLess(earlier: readonly string[], later: readonly string[]): boolean {
  const isException = (rule: string): boolean => rule.startsWith("!");
  const kept = earlier.filter((rule) => !isException(rule) || later.includes(rule));
  const found = later.filter((rule) => kept.includes(rule));
  const isOrdered = kept.some(isException);
  return (
    later.some((rule) => isException(rule) && !kept.includes(rule)) ||
    !same(...(isOrdered ? ([kept, found] as const) : ([kept.toSorted(), found.toSorted()] as const)))
  );
}

/** A value as texts: of mounts, the host's directories below them. */
function listOf(name: string, value: unknown): readonly string[] {
  const all = value === undefined ? [] : Array.isArray(value) ? (value as readonly unknown[]) : [value];
  if (name !== "mounts") return all.map((each) => (typeof each === "string" ? each : JSON.stringify(each)));
  return (all as NonNullable<Policy["mounts"]>).flatMap(({ path, host }) => (host === undefined ? [] : [`${path}=${host}`]));
}

/** What is read-only is less than the same without that. */
const isCovered = (text: string, list: readonly string[]): boolean =>
  list.includes(text) || (text.endsWith(":ro") && list.includes(text.slice(0, -":ro".length)));

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** As an inspection shows it. */
function shown(name: string, value: unknown): string | null {
  if (value === undefined) return null;
  const texts = policyRows({ [name]: value } as Policy).map(([, text]) => text);
  return texts.length === 0 ? JSON.stringify(value) : texts.join("; ");
}

/** Of outputs in outputs: where there are more or fewer of them, nobody can tell which are the same, and rules may be gone. */
function changesInside(before: readonly Policy[], after: readonly Policy[]): readonly OptionChange[] {
  if (before.length === after.length) return after.flatMap((policy, i) => changesOf(before[i] ?? {}, policy));
  const change = { name: "outputs in it", before: String(before.length), after: String(after.length) };
  return [{ change, isWider: before.some(isBounded) }];
}

const isBounded = (policy: Policy): boolean => Object.keys(policy).some((name) => Object.hasOwn(BOUNDS, name));

/** Imports that the app gets as the host has them, or by rules, and did not get so before, whoever else had them. */
function loosenedIn({ app: before }: Inspection, { app: after, imports }: Inspection): readonly Change[] {
  if (before === null) return [];
  const powers = new Set(imports.filter(({ isPower }) => isPower).map(({ name }) => name));
  return (after ?? []).flatMap(({ name, outcome }) => {
    const earlier = before.find((each) => each.name === name)?.outcome ?? null;
    const isLoosened =
      outcome === "allowed" ? earlier !== "allowed" : outcome === "restricted" && earlier !== "allowed" && earlier !== "restricted";
    return isLoosened && powers.has(name) ? [{ name, before: earlier, after: outcome }] : [];
  });
}

function bypassesIn({ bypasses: before }: Inspection, { bypasses: after }: Inspection): readonly Change[] {
  const found = after.filter((each) => !before.some((other) => same(each, other)));
  return found.map((each) => ({ name: each.import, before: null, after: `leads around the rules of ${each.rules}` }));
}

/** What is no output of ours, or one of a later format, may do with an import whatever there is to do. */
function withoutOptions(before: Inspection, after: Inspection): readonly Change[] {
  const { metadata } = before.component;
  if (metadata === null || after.component.metadata?.policy) return [];
  return after.imports.flatMap(({ name, isPower }) => {
    const earlier = before.imports.find((each) => each.name === name);
    const isSame = earlier === undefined || (earlier.reason === "allowed" && !isBounded(metadata.policy ?? {}));
    return isPower && !isSame ? [{ name, before: "what the options say", after: "whatever there is to do with it" }] : [];
  });
}
