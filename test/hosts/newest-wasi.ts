/** The hosts that have WASI 0.3: Wasmtime's command with its usual options, and jco on a Node that can wait in WebAssembly. */

import { newestNodeAvailable, runOnJco } from "./jco.ts";
import type { Outcome, RunOptions } from "./outcome.ts";
import { runOnWasmtimeCli, WASMTIME_CLI_MISSING, wasmtimeCli } from "./wasmtime-cli.ts";

/** What a test that is skipped for want of it says. */
export const NEWEST_NODE_MISSING = "needs a Node with JSPI, which npm has for Linux on x64 only";

export interface NewestHost {
  readonly name: "jco" | "Wasmtime";
  /** Why it cannot be had on this machine. */
  readonly missing: string | undefined;
  /** Runs a command of 0.3, or of 0.2 and 0.3. */
  readonly run: (component: Uint8Array, options?: RunOptions) => Promise<Outcome>;
}

export const newestHosts: readonly NewestHost[] = [
  {
    name: "Wasmtime",
    missing: wasmtimeCli() === undefined ? WASMTIME_CLI_MISSING : undefined,
    run: (component, options = {}) =>
      runOnWasmtimeCli(component, { ...options, flags: ["--argv0", options.program ?? "guest", "-S", "http,allow-ip-name-lookup"] }),
  },
  {
    name: "jco",
    missing: newestNodeAvailable() ? undefined : NEWEST_NODE_MISSING,
    run: (component, options) => runOnJco(component, { ...options, node: "newest" }),
  },
];
