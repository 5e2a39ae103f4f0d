/**
 * `wasi-nest virtualize`, the default command: writes one component, virtualized.
 */
import type { Manual } from "../help.ts";
import { versionsOf } from "../../virtualize/virtualize.ts";
import { type AdapterGiven, VIRTUALIZE_GROUPS, VIRTUALIZE_OPTIONS, type VirtualizeGiven } from "../options.ts";
import { virtualizing } from "../virtualizing.ts";
import { writeComponent } from "../write-component.ts";

export const VIRTUALIZE_MANUAL: Manual = {
  usage: [
    "$0 <component> -o FILE [options]",
    "$0 compose <script> -o FILE [options]",
    "$0 bundle NAME=FILE... -o FILE [options]",
    "$0 adapter -o FILE [options]",
    "$0 run <component> [options] [-- arguments]",
    "$0 serve <component> [options]",
    "$0 inspect <component> [options]",
    "$0 files <component> list|extract|replace [options]",
    "$0 diff <old> <new> [options]",
    "$0 init <component> [-o FILE] [options]",
    "$0 types <component> <interface> -o FOLDER [options]",
    "$0 completion bash|zsh|fish",
  ],
  purpose:
    "Writes a component that contains the given one (or a preview 1 core module) and answers its calls of WASI as the options say. Everything that no option gives is denied.",
  options: VIRTUALIZE_OPTIONS,
  groups: VIRTUALIZE_GROUPS,
  examples: [
    ["$0 app.wasm -o out.wasm --stdio allow --mount /data=./data", "Embed a directory, and keep the host's standard streams"],
    ["$0 app.wasm -o out.wasm --mount /data=./data:rw --tmpfs /tmp=64M", "Embed a directory and add an empty one, both writable in memory"],
    ["$0 app.wasm -o out.wasm -e MODE=test --arg build --cwd /src", "Fix a variable, an argument and the working directory"],
  ],
  epilogue: [
    "Options for one thing each, such as `--mount`, `--env` and `--arg`, may be given several times.",
    "Exit codes: 0 done, 1 the input cannot be virtualized, 2 the command line is wrong.",
    "`wasi-nest run --help` describes how to run a component, `wasi-nest adapter --help` how to write an adapter alone, `wasi-nest inspect --help` how to see what a component can do.",
  ],
};

export async function virtualizeFile(path: string, given: VirtualizeGiven & Pick<AdapterGiven, "wasi-version">): Promise<void> {
  // The interfaces that are virtualized are those of the component, in its versions.
  if (given["wasi-version"] !== undefined) versionsOf(given["wasi-version"]);
  await writeComponent({ ...virtualizing(path, given, VIRTUALIZE_OPTIONS), files: [path] });
}
