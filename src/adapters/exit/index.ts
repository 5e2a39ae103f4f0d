/** `wasi:cli/exit`: the host's, or denied. */
import type { AdapterModule } from "../adapter-module.ts";
import { hostOnlyModule } from "../host-only.ts";

export interface ExitOptions {
  readonly allowExit?: boolean;
}

export const exit: AdapterModule<ExitOptions> = hostOnlyModule({
  name: "exit",
  interfaces: "wasi:cli/exit",
  flag: "allow-exit",
  option: "allowExit",
  describe: "Ending the program with an exit code by `exit`",
  meaning: "the host's `exit`",
  row: "exit",
  denied: "trap",
  stop: ["wasi:cli/exit", "exit is denied: a program that fails ends with a trap; `--allow-exit` lets it through"],
});
