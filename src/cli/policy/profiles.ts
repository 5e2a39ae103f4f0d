/** Options for a purpose, by one name. */
import type { Flags } from "./merge.ts";

export type ProfileName = "pure" | "sandbox" | "deterministic" | "passthrough";

interface Profile {
  /** What it is for, for the help and the documentation. */
  readonly purpose: string;
  readonly flags: Flags;
}

export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  pure: {
    purpose: "a function of its embedded files, variables and arguments: it has nothing of the host's",
    flags: { deterministic: true, stdio: "ignore" },
  },
  sandbox: {
    purpose: "a program on the command line without the host's files, variables and network",
    flags: { stdio: "allow", "allow-args": true, "allow-clocks": true, "allow-random": true, "allow-exit": true },
  },
  deterministic: {
    purpose: "the same output for the same input each time",
    flags: { deterministic: true, stdio: "allow", "allow-exit": true },
  },
  passthrough: {
    purpose: "everything of the host's, but what other options virtualize",
    flags: { "allow-all": true },
  },
};

export const PROFILE_NAMES: readonly ProfileName[] = ["pure", "sandbox", "deterministic", "passthrough"];
