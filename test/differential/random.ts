/** Numbers by chance that a seed determines. */

export interface Random {
  /** At least zero, less than `limit`. */
  readonly below: (limit: number) => number;
  readonly pick: <T>(choices: readonly T[]) => T;
  /** One of some weighted choices: pairs of weight and choice. */
  readonly weighted: <T>(choices: readonly (readonly [weight: number, choice: T])[]) => T;
  readonly chance: (probability: number) => boolean;
}

/** The generator known as mulberry32. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  const pick = <T>(choices: readonly T[]): T => choices[below(choices.length)] as T;
  const weighted = <T>(choices: readonly (readonly [number, T])[]): T => {
    let rest = below(choices.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, choice] of choices) {
      rest -= weight;
      if (rest < 0) return choice;
    }
    throw new Error("no choices");
  };
  return { below, pick, weighted, chance: (probability) => next() < probability };
}
