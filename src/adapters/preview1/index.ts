/** How core modules of preview 1 are nested; what they then see of WASI is for all others to say. */
import { flag } from "../../shapes.ts";
import type { AdapterModule } from "../adapter-module.ts";
import { isYes } from "../checks.ts";

export interface Preview1Options {
  /**
   * A program of preview 1 ends with the code that it gives to `proc_exit`, by `exit-with-code`, which hosts of WASI before 0.2.12 need
   * not have. Without it, every code but 0 is a failure.
   */
  readonly exitWithCode?: boolean;
  /** Functions that a core module imports and that are none of preview 1 are there, and trap when they are called. */
  readonly stubImports?: boolean;
  /**
   * Bytes are copied between the memories of a program of preview 1 and of what answers it by `memory.copy`, which hosts without
   * multi-memory do not have. Without it, they go through calls, 64 at a time.
   */
  readonly multiMemory?: boolean;
}

/** What outputs tell of it. */
export interface Preview1Policy {
  readonly exitWithCode?: true;
  readonly stubImports?: true;
}

export const preview1: AdapterModule<Preview1Options> = {
  name: "preview1",
  interfaces: {},
  heading: "Preview 1 core modules:",
  flags: {
    "exit-with-code": {
      type: "boolean",
      needsApp: true,
      describe: "The program ends with the code that it says, which needs a host of WASI 0.2.12; without it, every code but 0 is a failure",
    },
    "stub-imports": {
      type: "boolean",
      needsApp: true,
      describe: "Functions that it imports and that are none of WASI trap when they are called",
    },
    "multi-memory": {
      type: "boolean",
      needsApp: true,
      describe: "Bytes are copied between its memory and ours by one instruction, which needs a host with multi-memory",
    },
  },
  options: {
    exitWithCode: {
      shape: flag,
      type: "boolean",
      meaning: "a core module of preview 1 ends with the code that it says, by `exit-with-code`; without it, every code but 0 is a failure",
      flag: "exit-with-code",
      excludes: ["exit"],
    },
    stubImports: {
      shape: flag,
      type: "boolean",
      meaning: "functions that a core module imports and that are none of WASI trap when they are called",
      flag: "stub-imports",
    },
    multiMemory: {
      shape: flag,
      type: "boolean",
      meaning: "bytes go between a core module of preview 1 and files of ours by `memory.copy`, which needs a host with multi-memory",
      flag: "multi-memory",
    },
  },
  readme: [],
  learned: ({ isProgram, exitCode = 0 }) => ({
    // Without it, a code is 0 or a failure, which is 1.
    settings: isProgram && exitCode > 1 ? [{ flag: "exit-with-code", value: true }] : [],
    notes: [],
  }),
  recorded: {
    checks: { exitWithCode: isYes, stubImports: isYes },
    shown: ({ exitWithCode, stubImports }: Preview1Policy) => [
      ...(exitWithCode === true ? [["exit", "with its code"] as const] : []),
      ...(stubImports === true ? [["imports", "what is not of WASI traps"] as const] : []),
    ],
  },
  configure: ({ exitWithCode, stubImports, multiMemory }) => ({
    ofProgram: { exitsWithCode: exitWithCode === true, stubImports: stubImports === true, multiMemory: multiMemory === true },
    isHosts: () => false,
    decide: () => undefined,
    recorded: { exitWithCode: exitWithCode === true ? true : undefined, stubImports: stubImports === true ? true : undefined },
  }),
};
