/** A first policy for a component: what it imports, all of it denied, and the options that give some of it. */
import { learnedOf, moduleOf, samplesOf } from "../../adapters/modules.ts";
import type { FlagTable } from "../../adapters/option-table.ts";
import { ADAPTERS } from "../../adapters/registry.ts";
import type { Observed } from "../../node/observe-run.ts";
import { spoken } from "../../visible.ts";
import { exclusionsOf } from "./merge.ts";
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

/**
 * What a policy says of a component: nothing is given, or what a run of it needed.
 * `table` has the flags of policies.
 */
export function starterBlocks(component: string, imports: readonly Imported[], table: FlagTable, observed?: Observed): readonly Block[] {
  const option = (flag: string, value: Setting["value"], isGiven = false): Block => [
    `${table[flag]?.describe ?? ""}:`,
    { flag, value, isGiven },
  ];
  const ours = imports.filter(({ isOpen }) => !isOpen);
  const open = imports.filter(({ isOpen }) => isOpen);
  const denied = deniedNames(imports);
  const exclusions = exclusionsOf(table);
  const groups = ADAPTERS.flatMap((module): readonly Block[] => {
    const own = ours.filter(({ meaning }) => moduleOf(baseOf(meaning)) === module);
    const { settings, notes } = observed === undefined ? { settings: [], notes: [] } : learnedOf(module, observed);
    const given = settings.map(({ flag }) => flag);
    if (own.length + given.length === 0) return [];
    const isExcluded = (flag: string): boolean =>
      given.some((each) => each === flag || exclusions.some((pair) => pair.includes(each) && pair.includes(flag)));
    const samples = new Map(own.flatMap(({ meaning, labels }) => samplesOf(baseOf(meaning), labels).map((each) => [each.flag, each])));
    // Beside what is given, what is for something else.
    const others = [...samples.values()].filter(({ flag, of }) => !isExcluded(flag) && (given.length === 0 || of !== undefined));
    return [
      [
        ...own.map(importText),
        ...(samples.size + given.length === 0 ? ["No option is about this alone: it comes with what the others give."] : []),
        ...(observed === undefined ? [] : own.flatMap((each) => calledText(each, observed))),
        ...notes,
        ...settings.flatMap(({ flag, value }) => option(flag, value, true)),
        ...others.flatMap(({ flag, value }) => option(flag, value)),
      ],
    ];
  });
  return [
    [
      observed === undefined
        ? `What ${component} may have: a policy of wasi-nest. Paths are relative to this file. \`wasi-nest --help\` has all options.`
        : `What ${component} needed in one run: a policy of wasi-nest. Another run may need more, which is denied.`,
      "Below each import are options that give some of it. Those that are comments give nothing: take the `#` before one away.",
    ],
    option("deny", "error", true),
    option("trace-denied", true),
    ...(observed === undefined ? [option("profile", "sandbox")] : []),
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

/** What of an import was called; a constructor is no call that is seen. */
function calledText({ name, meaning, labels }: Imported, { functions }: Observed): readonly string[] {
  const called = labels.filter((label) => functions.has(`${baseOf(meaning)}#${label.replace(/^\[[a-z ]+\][^.]*\./, "")}`));
  return called.length === 0 ? [] : [`The run called ${called.map(spoken).join(", ")} of ${name.replace(/@.*/, "")}.`];
}

const baseOf = (meaning: string): string => meaning.replace(/@.*/, "");

/** `wasi:cli/stdin@0.2.6  get-stdin` */
function importText({ name, meaning, isPower, labels }: Imported): string {
  const title = name === meaning ? name : `${name} (${meaning})`;
  return `${title}  ${!isPower && labels.length === 0 ? "types only" : labels.map(spoken).join(", ")}`.trimEnd();
}
