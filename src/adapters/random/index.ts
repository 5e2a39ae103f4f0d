/** `wasi:random`: the host's, zeros, or denied. */
import { Header, imageOf } from "../../image/image.ts";
import { word } from "../../shapes.ts";
import type { AdapterModule, Core } from "../adapter-module.ts";
import { isOneOf } from "../checks.ts";
import { hostOnly, hostOnlyModule } from "../host-only.ts";
import { plainAdapter } from "../link.ts";
import { guestCore } from "../prebuilt-core.ts";
import { randomCore } from "../prebuilt.ts";

export interface RandomOptions {
  readonly allowRandom?: boolean;
  /** Every number and every byte is zero, for tests; excludes `allowRandom`. */
  readonly random?: "zero";
}

/** What outputs tell of it. */
export interface RandomPolicy {
  readonly random?: "zero";
}

const ID = "random";
const allowed: AdapterModule<Pick<RandomOptions, "allowRandom">> = hostOnlyModule({
  name: ID,
  interfaces: "wasi:random/*",
  flag: "allow-random",
  option: "allowRandom",
  describe: "The host's random numbers",
  meaning: "the host's random numbers",
  row: "random",
  denied: "trap",
});

const zeros: Core = {
  id: ID,
  make: () => plainAdapter(ID, guestCore(randomCore), imageOf(new Header(), [], "nothing")),
};

export const random: AdapterModule<RandomOptions> = {
  ...allowed,
  flags: {
    ...allowed.flags,
    random: { type: "string", choices: ["zero"], describe: "Random numbers that are all zero, for tests: nothing is secret then" },
  },
  options: {
    ...allowed.options,
    random: {
      shape: word("zero"),
      type: '"zero"',
      meaning: "every random number and byte is zero, for tests",
      flag: "random",
      excludes: ["allowRandom"],
      readme: [["random", "virtualize", "`--random zero`"]],
    },
  },
  recorded: {
    checks: { random: isOneOf("zero") },
    shown: ({ random: value }: RandomPolicy) => (value === undefined ? [] : [["random", value]]),
  },
  configure({ allowRandom, random: value }, { allowAll }) {
    if (value === undefined) return hostOnly(allowRandom ?? allowAll);
    return {
      isHosts: () => false,
      decide: ({ named }) => (named === undefined ? ID : "deny"),
      finish: () => zeros,
      recorded: { random: value },
    };
  },
};
