/**
 * `wasi-nest run`: runs a command component, or a preview 1 program, on this Node.
 */
import { statSync } from "node:fs";
import { basename, extname } from "node:path";
import type { CommandModule, InferredOptionTypes } from "yargs";
import { RUN_OPTIONS, type RunOptions } from "../options.ts";
import { UsageError } from "../usage-error.ts";

type RunArguments = InferredOptionTypes<RunOptions> & { readonly component: string };

/** `rest` are the program's arguments. */
export function runCommandOf(rest: readonly string[]): CommandModule<object, RunArguments> {
  return {
    command: "run <component>",
    describe: "Run a WASI 0.2 command with the host's environment and streams",
    builder: (yargs) =>
      yargs
        .usage("$0 run <component> [options] [-- arguments]")
        .positional("component", { type: "string", demandOption: true, describe: "A WASI 0.2 command component, or a preview 1 core module" })
        .options(RUN_OPTIONS)
        .example("$0 run out.wasm -- --verbose input.txt", "Everything after `--` goes to the program"),
    handler: async (given) => {
      const [{ readComponent }, { Progress }, { runCommand }] = await Promise.all([import("../read-component.ts"), import("../progress.ts"), import("../../node/index.ts")]);
      const directories = Object.fromEntries((given.dir ?? []).map(directoryOf));
      const progress = new Progress(true);
      const { component, warnings } = await readComponent(given.component, given.adapt, progress);
      progress.clear();
      for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
      process.exitCode = await runCommand(component, { args: [basename(given.component, extname(given.component)), ...rest], directories });
    },
  };
}

function directoryOf(text: string): readonly [guest: string, host: string] {
  const at = text.indexOf("::");
  const [guest, host] = [text.slice(0, at), text.slice(at + 2)];
  if (at <= 0 || host === "") throw new UsageError(`\`--dir ${text}\` is not GUEST::HOST, such as \`/data::./data\``);
  if (!statSync(host, { throwIfNoEntry: false })?.isDirectory()) throw new UsageError(`\`--dir ${text}\`: \`${host}\` is not a directory`);
  return [guest, host];
}
