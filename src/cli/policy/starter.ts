/** A first policy for a component: what it imports, all of it denied, and the options that give some of it. */
import { moduleOf, samplesOf } from "../../adapters/modules.ts";
import type { FlagTable } from "../../adapters/option-table.ts";
import { ADAPTERS } from "../../adapters/registry.ts";
import { spoken } from "../../visible.ts";
import type { Block, Setting } from "./policy-text.ts";

/** An import of a component. */
export interface Imported {
  readonly name: string;
  /** The interface that it is, or its name. */
  readonly meaning: string;
  /** It gives anything: types do not. */
  readonly isPower: boolean;
  /** Of what can be called in an instance. */
  readonly labels: readonly string[];
  /** It is the host's if it is not denied by its name. */
  readonly isOpen: boolean;
}

/** The names by which `deny-import` denies them in every version: an app that changes gets no more than it had. */
export const deniedNames = (imports: readonly Imported[]): readonly string[] => [
  ...new Set(imports.filter(({ isOpen, isPower }) => isOpen && isPower).map(({ name }) => baseOf(name))),
];

/** `table` has the flags of policies. */
export function starterBlocks(component: string, imports: readonly Imported[], table: FlagTable): readonly Block[] {
  const option = (flag: string, value: Setting["value"], isGiven = false): Block => [
    `${table[flag]?.describe ?? ""}:`,
    { flag, value, isGiven },
  ];
  const ours = imports.filter(({ isOpen }) => !isOpen);
  const open = imports.filter(({ isOpen }) => isOpen);
  const denied = deniedNames(imports);
  const groups = ADAPTERS.flatMap((module): readonly Block[] => {
    const own = ours.filter(({ meaning }) => moduleOf(baseOf(meaning)) === module);
    if (own.length === 0) return [];
    const samples = new Map(own.flatMap(({ meaning, labels }) => samplesOf(baseOf(meaning), labels).map((each) => [each.flag, each])));
    const settings = [...samples.values()].flatMap(({ flag, value }) => option(flag, value));
    const others = settings.length === 0 ? ["No option is about this alone: it comes with what the others give."] : [];
    return [[...own.map(importText), ...others, ...settings]];
  });
  return [
    [
      `What ${component} may have: a policy of wasi-nest. Paths are relative to this file. \`wasi-nest --help\` has all options.`,
      "Below each import are options that give some of it. They are comments, so it is denied: take the `#` before one away.",
    ],
    option("deny", "error", true),
    option("trace-denied", true),
    option("profile", "sandbox"),
    ...groups,
    ...(open.length === 0
      ? []
      : [
          [
            ...open.map(importText),
            ...(denied.length === 0
              ? ["Types give nothing, and are not denied."]
              : [
                  "The host has to have these, unless they are denied by their names:",
                  { flag: "deny-import", value: denied, isGiven: true },
                ]),
          ],
        ]),
  ];
}

const baseOf = (meaning: string): string => meaning.replace(/@.*/, "");

/** `wasi:cli/stdin@0.2.6  get-stdin` */
function importText({ name, meaning, isPower, labels }: Imported): string {
  const title = name === meaning ? name : `${name} (${meaning})`;
  return `${title}  ${!isPower && labels.length === 0 ? "types only" : labels.map(spoken).join(", ")}`.trimEnd();
}
