/** `run --take`: what a program has made, written to this machine after it has run. */
import type { Take } from "../node/take-files.ts";
import { UsageError } from "../errors.ts";
import { counted } from "../amounts.ts";
import { say } from "./terminal.ts";

export interface TakeGiven {
  readonly take?: readonly string[];
  readonly force?: boolean;
}

/** @throws UsageError */
export function takesOf({ take = [] }: TakeGiven): readonly Take[] {
  const takes = take.map((text) => {
    const equals = text.indexOf("=");
    const [guest, local] = [text.slice(0, equals), text.slice(equals + 1)];
    if (equals <= 0 || local === "" || !guest.startsWith("/"))
      throw new UsageError(`\`--take ${text}\` is not GUEST=LOCAL, such as \`/out=./out\``);
    const names = guest.split("/").filter((name) => name !== "" && name !== ".");
    if (names.includes("..")) throw new UsageError(`\`--take ${text}\`: the path in the guest has \`..\` in it`);
    return { guest: `/${names.join("/")}`, local };
  });
  const twice = takes.find(({ local }, i) => takes.findIndex((other) => other.local === local) < i);
  if (twice !== undefined) throw new UsageError(`\`--take\` writes to \`${twice.local}\` twice`);
  return takes;
}

/** Before anything runs. @throws InputError for a component that exports no files, and for a target that may not be written to */
export async function checkTakes(takes: readonly Take[], component: Uint8Array, path: string, { force = false }: TakeGiven): Promise<void> {
  const [{ exportsFiles }, { checkTarget }, { InputError }] = await Promise.all([
    import("../node/exported-files.ts"),
    import("../node/take-files.ts"),
    import("../node/input-error.ts"),
  ]);
  for (const take of takes) checkTarget(take, force);
  if (exportsFiles(component)) return;
  throw new InputError(
    [`\`${path}\` exports no files to take`],
    "make it with `--export-files`, or give `run` a directory in memory, such as `--tmpfs /out`",
  );
}

/** @throws InputError */
export async function take(
  takes: readonly Take[],
  exports: Readonly<Record<string, unknown>>,
  { force = false }: TakeGiven,
): Promise<void> {
  const [{ exportedFiles }, { takeFiles }] = await Promise.all([import("../node/exported-files.ts"), import("../node/take-files.ts")]);
  const files = exportedFiles(exports);
  // A program that ends while it starts exports nothing any more.
  if (files === undefined) return;
  for (const each of takes) {
    const { count, warnings } = takeFiles(files, each, force);
    say([...warnings.map((warning) => `warning: ${warning}`), `wrote ${counted(count, "entry", "entries")} to ${each.local}`]);
  }
}
