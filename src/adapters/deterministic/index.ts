/** Each run with the same input is the same: what the option stands for, and what it leaves to the host. */
import { LinkError, OptionError } from "../../errors.ts";
import { flag } from "../../shapes.ts";
import type { AdapterModule, Allowed } from "../adapter-module.ts";
import { isYes } from "../checks.ts";
import type { ClocksOptions } from "../clocks/index.ts";
import type { RandomOptions } from "../random/index.ts";
import type { TerminalsOptions } from "../terminals/index.ts";

export interface DeterministicOptions {
  /**
   * A virtual clock, random numbers of a seed, and no terminals, where no other option says what they are; and nothing of the
   * host's but standard streams and `exit`.
   */
  readonly deterministic?: boolean;
}

/** What outputs tell of it. */
export interface DeterministicPolicy {
  readonly deterministic?: true;
}

/** What it stands for. Any other clock, seed or terminals may be given instead. */
const IMPLIED: ClocksOptions & RandomOptions & TerminalsOptions = {
  clock: { virtual: true },
  random: { seed: "deterministic" },
  terminal: [],
};

/** What the host may be asked for, in the words of inspections: streams, of which the user says what they are, and the program's end. */
const LEFT: readonly string[] = ["stdin", "stdout", "stderr", "io", "exit"];

/** What the report says. */
const TOLD = "deterministic: time and random numbers are the same in each run, and whoever has the output can tell them";

/** What would let the host decide something else. */
const EXCLUDED = [
  "allowAll",
  "allowArgs",
  "allowClocks",
  "allowConfig",
  "allowCwd",
  "allowEnv",
  "allowFs",
  "allowHttp",
  "allowRandom",
  "allowSockets",
  "httpAllow",
  "socketsAllow",
  "preopens",
  "overlays",
  "hostFiles",
] as const;

/** @throws LinkError for what is the host's, and is no stream */
function checkHost(imports: readonly Allowed[]): void {
  const others = imports.filter(({ word }) => !LEFT.includes(word)).map(({ name }) => `\`${name}\``);
  if (others.length === 0) return;
  throw new LinkError(
    `\`deterministic\` leaves nothing to the host but standard streams and \`exit\`, and the output would ask it for ${others.join(", ")}: another option has to answer for that, or deny it`,
  );
}

export const deterministic: AdapterModule<DeterministicOptions> = {
  name: "deterministic",
  interfaces: {},
  heading: "Everything else (denied by default):",
  flags: {
    deterministic: {
      promise: true,
      type: "boolean",
      describe:
        "A virtual clock, random numbers of a seed and no terminals, where nothing else is said; and nothing of the host's but streams",
    },
  },
  options: {
    deterministic: {
      shape: flag,
      type: "boolean",
      meaning: "the same output for the same input in each run: [deterministic.md](deterministic.md)",
      flag: "deterministic",
      excludes: EXCLUDED,
    },
  },
  readme: [],
  implies: ({ deterministic: isGiven }) => (isGiven === true ? IMPLIED : {}),
  recorded: {
    checks: { deterministic: isYes },
    shown: ({ deterministic: isGiven }: DeterministicPolicy) => (isGiven === true ? [["deterministic", "yes"]] : []),
  },
  configure({ deterministic: isGiven, clock }: DeterministicOptions & ClocksOptions) {
    if (isGiven === true && clock !== undefined && "offset" in clock)
      throw new OptionError("clock", "`deterministic` excludes a clock with an `offset`, which is the host's");
    const nobody = { isHosts: () => false, decide: () => "deny" } as const;
    return isGiven === true ? { ...nobody, checkHost, recorded: { deterministic: true }, warnings: [TOLD] } : nobody;
  },
};
