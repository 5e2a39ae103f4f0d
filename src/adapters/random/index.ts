/** `wasi:random`: the host's, of a seed, zeros, or denied. */
import { UsageError } from "../../errors.ts";
import { Header, imageOf } from "../../image/image.ts";
import { RANDOM_SEED } from "../../image/layout.ts";
import { either, only, record, word } from "../../shapes.ts";
import type { AdapterModule, Core } from "../adapter-module.ts";
import { isOneOf } from "../checks.ts";
import { hostOnly, hostOnlyModule } from "../host-only.ts";
import { plainAdapter } from "../adapter.ts";
import type { Given } from "../option-table.ts";
import { guestCore } from "../prebuilt-core.ts";
import { randomCore } from "../prebuilt.ts";
import { ALL_SERIES, wasiKey } from "../series.ts";

interface Seed {
  /** 64 hexadecimal digits, or a text of 1 to 32 bytes of UTF-8, which stands for itself and zeros behind it. */
  readonly seed: string;
}

export interface RandomOptions {
  readonly allowRandom?: boolean;
  /** Every number and every byte is zero, or all are those of a seed, the same on every host. Excludes `allowRandom`. */
  readonly random?: "zero" | Seed;
}

/** What outputs tell of it. */
export interface RandomPolicy {
  readonly random?: "zero" | "seed";
}

const ID = "random";
const SEED_BYTES = 32;
const WANTED = "64 hexadecimal digits, or a text of 1 to 32 bytes";

const FLAGS = {
  random: {
    type: "string",
    choices: ["zero"],
    prefixes: { "seed:": "TEXT" },
    describe: "Random numbers that anybody can know, for tests: zeros, or those of a seed",
  },
} as const;

/** The 32 bytes that a seed stands for. */
function bytesOf(seed: string): Uint8Array | undefined {
  const bytes = new Uint8Array(SEED_BYTES);
  if (/^[0-9a-f]{64}$/i.test(seed)) return bytes.map((_, i) => Number.parseInt(seed.slice(i * 2, i * 2 + 2), 16));
  const given = new TextEncoder().encode(seed);
  if (given.length === 0 || given.length > SEED_BYTES) return undefined;
  bytes.set(given);
  return bytes;
}

const isSeed = (value: unknown): boolean => typeof value === "string" && !/\p{Surrogate}/u.test(value) && bytesOf(value) !== undefined;
const SEED = record<Seed>({ seed: only(WANTED, isSeed) }, "seed");

function randomOf({ random: value }: Given<typeof FLAGS>): RandomOptions["random"] {
  if (value === undefined || value === "zero") return value;
  const seed = value.slice("seed:".length);
  if (!isSeed(seed)) throw new UsageError(`\`--random ${value}\`: a seed is ${WANTED}`);
  return { seed };
}

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

/** Zeros without a seed. */
const coreOf = (seed: Uint8Array | undefined): Core => ({
  id: ID,
  make() {
    const header = new Header();
    if (seed === undefined) return plainAdapter(ID, guestCore(randomCore), imageOf(header, [], "nothing"));
    const view = new DataView(seed.buffer);
    header.set(RANDOM_SEED, ...Array.from({ length: SEED_BYTES / 4 }, (_, i) => view.getUint32(i * 4, true)));
    return plainAdapter(ID, guestCore(randomCore), imageOf(header, [], "a seed"), () => ["seeded"]);
  },
});

export const random: AdapterModule<RandomOptions> = {
  ...allowed,
  flags: { ...allowed.flags, ...FLAGS },
  options: {
    ...allowed.options,
    random: {
      shape: either("`zero` or an object with a `seed`", (value) =>
        typeof value === "string" ? word("zero") : typeof value === "object" ? SEED : undefined,
      ),
      type: '"zero" | { seed: string }',
      meaning: "every random number and byte is zero, or all are those of a seed, the same on every host",
      flag: "random",
      read: randomOf,
      excludes: ["allowRandom"],
      readme: [["random", "virtualize", "`--random seed:TEXT`, `zero`"]],
    },
  },
  samples: [
    { flag: "allow-random", value: true, isHosts: true },
    { flag: "random", value: "seed:test" },
  ],
  recorded: {
    checks: { random: isOneOf("zero", "seed") },
    shown: ({ random: value }: RandomPolicy) => (value === undefined ? [] : [["random", value]]),
  },
  configure({ allowRandom, random: value }, { allowAll }) {
    if (value === undefined) return hostOnly(allowRandom ?? allowAll);
    const seed = value === "zero" ? undefined : bytesOf(value.seed);
    return {
      isHosts: () => false,
      decide: ({ named }) => (named === undefined ? ID : "deny"),
      finish(draft) {
        if (ALL_SERIES.some((series) => draft.providerOf(wasiKey("wasi:random/random", series)) === ID))
          draft.warn("secure random numbers are not secret: whoever has the output can tell them, and keys that are made of them");
        return coreOf(seed);
      },
      recorded: { random: seed === undefined ? "zero" : "seed" },
    };
  },
};
