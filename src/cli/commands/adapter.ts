/**
 * `wasi-nest adapter`: a component that exports the WASI of the options, for other tools to plug in.
 */
import type { Manual } from "../help.ts";
import { ADAPTER_GROUPS, ADAPTER_OPTIONS, type AdapterGiven } from "../options.ts";

export const ADAPTER_MANUAL: Manual = {
  usage: ["$0 adapter -o FILE [options]"],
  purpose:
    "Writes a component that exports WASI as the options say, for `wac plug` or `wasm-tools compose` to connect to an app. It exports each interface in full. Interfaces that are allowed stay the host's.",
  options: ADAPTER_OPTIONS,
  groups: ADAPTER_GROUPS,
  examples: [
    ["$0 adapter -o files.wasm --mount /data=./data --stdio allow", "Provide embedded files to any component"],
    ["$0 adapter -o sealed.wasm --wasi-version 0.2.6", "Deny everything to components of WASI 0.2.6"],
    ["$0 adapter -o both.wasm --tmpfs /tmp --wasi-version 0.2.12 --wasi-version 0.3.0", "Provide the same files in both"],
  ],
  epilogue: [
    "Options for one thing each, such as `--mount`, `--env` and `--arg`, may be given several times.",
    "Exit codes: 0 done, 1 the adapter cannot be made, 2 the command line is wrong.",
  ],
};

/** What the report says in place of the component. */
const SUBJECT = "adapter";

export async function writeAdapter(given: AdapterGiven): Promise<void> {
  const [{ createAdapter }, { writeComponent }] = await Promise.all([import("../../index.ts"), import("../write-component.ts")]);
  const wasiVersion = given["wasi-version"];
  await writeComponent({
    given,
    table: ADAPTER_OPTIONS,
    subject: SUBJECT,
    files: [],
    read: async () => undefined,
    make: (_, options) => createAdapter({ ...options, ...(wasiVersion === undefined ? {} : { wasiVersion }) }),
  });
}
