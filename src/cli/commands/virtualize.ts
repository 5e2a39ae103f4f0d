/**
 * `wasi-nest virtualize`, the default command: reads the component and the mounts, virtualizes, writes, reports.
 */
import { basename, extname } from "node:path";
import type { CommandModule, InferredOptionTypes } from "yargs";
import { VIRTUALIZE_GROUPS, VIRTUALIZE_OPTIONS, type VirtualizeOptions } from "../options.ts";
import { UsageError } from "../usage-error.ts";

export type VirtualizeArguments = InferredOptionTypes<VirtualizeOptions> & { readonly component: string };

export const virtualizeCommand: CommandModule<object, VirtualizeArguments> = {
  command: ["virtualize <component>", "$0"],
  describe: "Give a component the WASI of your choice",
  builder: (yargs) => {
    for (const [heading, names] of VIRTUALIZE_GROUPS) yargs.group(names, heading);
    return yargs
      .positional("component", { type: "string", demandOption: true, describe: "A WASI 0.2 component, or a preview 1 core module" })
      .options(VIRTUALIZE_OPTIONS)
      .example("$0 app.wasm -o out.wasm --stdio allow --mount /data=./data", "Embed a directory; the terminal stays the host's")
      .example("$0 app.wasm -o out.wasm -e MODE=test --arg build --cwd /src", "Fix the environment, the arguments and the directory");
  },
  handler: virtualizeFile,
};

async function virtualizeFile(given: VirtualizeArguments): Promise<void> {
  refuseContradictions(given);
  const [{ virtualize }, { readComponent }, { libraryOptions }, { checkOutput, writeOutput }, { Progress }] = await Promise.all([
    import("../../index.ts"),
    import("../read-component.ts"),
    import("../library-options.ts"),
    import("../write-output.ts"),
    import("../progress.ts"),
  ]);
  if (given.out !== undefined) checkOutput(given.out, given.component);
  const progress = new Progress(given.quiet !== true);
  try {
    const { component, adapted, warnings } = await readComponent(given.component, given.adapt, progress);
    const options = await libraryOptions(given, progress);
    progress.note("composing");
    const { chunks, report } = virtualize(component, { programName: basename(given.component, extname(given.component)), ...options });
    if (given.out !== undefined && given["dry-run"] !== true) {
      progress.note(`writing ${given.out}`);
      await writeOutput(given.out, chunks);
    }
    progress.clear();
    if (given.quiet === true) return;
    const { printReport } = await import("../print-report.ts");
    printReport({ ...report, adapted: adapted ?? null, warnings: [...warnings, ...report.warnings] }, given);
  } finally {
    progress.clear();
  }
}

function refuseContradictions(given: VirtualizeArguments): void {
  const present = (name: keyof VirtualizeOptions): boolean => given[name] !== undefined && given[name] !== false;
  const apart = [
    ["allow-args", "arg"],
    ["allow-args", "arg0"],
    ["allow-cwd", "cwd"],
    ["stdin-file", "stdin-text"],
    ["stdin-file", "stdin"],
    ["stdin-text", "stdin"],
    ["allow-fs", "mount"],
    ["json", "quiet"],
  ] as const;
  for (const [one, other] of apart) if (present(one) && present(other)) throw new UsageError(`\`--${one}\` and \`--${other}\` exclude each other`);
  for (const name of ["include", "exclude", "follow", "keep-times"] as const) {
    if (present(name) && !present("mount")) throw new UsageError(`\`--${name}\` is about mounts, and there is no \`--mount\``);
  }
  if (given.out === undefined && given["dry-run"] !== true) throw new UsageError("no output given: `--out FILE` writes one, `--dry-run` does without");
  if (given.out === "-" && given.json === true) throw new UsageError("`--json` and `--out -` both want standard output");
  if (given.out === "-" && given["dry-run"] !== true && process.stdout.isTTY) throw new UsageError("standard output is a terminal, which a component would garble: redirect it");
}
