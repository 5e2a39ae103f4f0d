/** `wasi:random`: the host's, or denied. */
import type { AdapterModule } from "../adapter-module.ts";
import { hostOnlyModule } from "../host-only.ts";

export interface RandomOptions {
  readonly allowRandom?: boolean;
}

export const random: AdapterModule<RandomOptions> = hostOnlyModule({
  name: "random",
  interfaces: "wasi:random/*",
  flag: "allow-random",
  option: "allowRandom",
  describe: "The host's random numbers",
  meaning: "the host's random numbers",
  row: "random",
  denied: "trap",
});
