/** What the app calls, printed to the host's standard error. */
import type { AdapterModule } from "../adapter-module.ts";
import { ID, OUTPUT, OUTPUT_INTERFACE, outputCore } from "./output.ts";

/** It has none yet. */
export type TraceOptions = Readonly<Record<never, never>>;

export const trace: AdapterModule<TraceOptions> = {
  name: "trace",
  interfaces: {},
  privateInterfaces: new Map([[OUTPUT, OUTPUT_INTERFACE]]),
  heading: "Faults and limits of calls:",
  flags: {},
  options: {},
  readme: [],
  configure: () => ({ isHosts: () => false, decide: ({ base }) => (base === OUTPUT ? ID : undefined), finish: outputCore }),
};
