/** Interfaces that are the host's or denied, by one switch. */
import { flag } from "../shapes.ts";
import type { AdapterModule, Configured, General } from "./adapter-module.ts";

interface Words {
  readonly name: string;
  /** `wasi:clocks/*` */
  readonly interfaces: string;
  readonly flag: string;
  readonly option: string;
  readonly describe: string;
  /** What other tools call the flag. */
  readonly elsewhere?: readonly string[];
  readonly meaning: string;
  /** How the README calls it, and what it says of a denied one. */
  readonly row: string;
  readonly denied: string;
  /** Of an interface without which many programs stop, what is said of it. */
  readonly stop?: readonly [base: string, text: string];
}

/** What the switch and `allowAll` say. */
export function hostOnly(isAllowed: boolean): Configured {
  return { isAllowed, isHosts: () => isAllowed, decide: ({ named }) => (named === undefined && isAllowed ? "host" : "deny") };
}

export function hostOnlyModule<O extends object>(words: Words): AdapterModule<O> {
  const { name, interfaces, flag: flagName, option, describe, elsewhere = [], meaning, row, denied, stop } = words;
  const options = {
    [option]: { shape: flag, type: "boolean", meaning, flag: flagName, readme: [[row, "allow", `\`--${flagName}\``]] as const },
  };
  return {
    name,
    interfaces: { [interfaces]: name },
    heading: "Everything else (denied by default):",
    flags: { [flagName]: { type: "boolean", describe, elsewhere: Object.fromEntries(elsewhere.map((other) => [other, flagName])) } },
    options: options as unknown as AdapterModule<O>["options"], // it has the one key
    readme: [{ row, denied }],
    ...(stop !== undefined && { stopOf: (has) => (has(stop[0], "denied") ? stop[1] : undefined) }),
    allowing: () => ({ flags: `--${flagName}`, options: `\`${option}\` gives the host's` }),
    configure: (given: O, { allowAll }: General) => hostOnly((given as Readonly<Record<string, boolean | undefined>>)[option] ?? allowAll),
  };
}
