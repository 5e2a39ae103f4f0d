/** What `run` does when the program has ended, by the options that ask for it, and what has to be seen to before. */
import { UsageError } from "../errors.ts";
import type { Ran } from "../node/run-command.ts";
import { refuseContradictions } from "./library-options.ts";
import { RUN_OPTIONS, type RunGiven } from "./options.ts";
import { type Flags, merge } from "./policy/merge.ts";

export interface AfterRun {
  /** With what the component needs to be. */
  readonly given: RunGiven;
  /** Before the component runs. @throws InputError */
  readonly check: (component: Uint8Array) => Promise<void>;
  /** @throws InputError, and the reason why the program was stopped */
  readonly end: (ran: Ran) => Promise<number>;
}

/** @throws UsageError, InputError */
export async function afterRun(path: string, given: RunGiven): Promise<AfterRun> {
  const { take, try: tried, force } = given;
  if (force === true && take === undefined && given.apply !== true)
    throw new UsageError("`--force` is about `--take` and `--apply`, and neither is given");
  refuseContradictions(given, RUN_OPTIONS);
  if (take === undefined && tried === undefined) return { given, check: async () => {}, end: endingOf };
  if (given.host === "wasmtime")
    throw new UsageError("`--try` and `--take` ask the component when the program has ended, which only jco lets them");
  const [{ isVirtualizing }, { checkTakes, take: takeAll, takesOf }, { trialOf }] = await Promise.all([
    import("./run-virtualized.ts"),
    import("./take.ts"),
    import("./try.ts"),
  ]);
  const takes = takesOf(given);
  const trial = tried === undefined ? undefined : trialOf(given as TryFlags);
  const wanted: Flags = takes.length > 0 && isVirtualizing(given) ? { "export-files": true } : {};
  const all =
    trial === undefined
      ? merge(given as Flags, wanted, RUN_OPTIONS)
      : merge(merge(trial.defaults, given as Flags, RUN_OPTIONS), trial.flags, RUN_OPTIONS);
  return {
    given: all as RunGiven,
    check: (component) => (takes.length === 0 ? Promise.resolve() : checkTakes(takes, component, path, given)),
    async end(ran) {
      await takeAll(takes, ran.exports, given);
      await trial?.end(ran);
      return endingOf(ran);
    },
  };
}

type TryFlags = Parameters<typeof import("./try.ts").trialOf>[0];

async function endingOf({ ending }: Ran): Promise<number> {
  if (typeof ending !== "number") throw ending;
  return ending;
}
