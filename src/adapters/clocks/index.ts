/** `wasi:clocks`: the host's, or denied. */
import type { AdapterModule } from "../adapter-module.ts";
import { hostOnlyModule } from "../host-only.ts";

export interface ClocksOptions {
  readonly allowClocks?: boolean;
}

export const clocks: AdapterModule<ClocksOptions> = hostOnlyModule({
  name: "clocks",
  interfaces: "wasi:clocks/*",
  flag: "allow-clocks",
  option: "allowClocks",
  describe: "The host's clocks",
  meaning: "the host's clocks",
  row: "clocks",
  denied: "trap",
  stop: [
    "wasi:clocks/monotonic-clock",
    "clocks are denied: many programs read one as they start, and trap; `--allow-clocks` lets them through",
  ],
});
