/**
 * The custom section `wasi-nest` of every output: which options it was made with, as compact JSON. It explains
 * and proves nothing: what a component can do is read from its imports. Values of variables, arguments and
 * contents are left out, because they may be secrets, and so is all that the binary itself says.
 */
import { checkedPolicy } from "../adapters/modules.ts";
import type { Policy } from "../adapters/registry.ts";
import type { Role } from "../compose/composition.ts";
import { VERSION } from "../version.ts";
import type { Outcome } from "../virtualize/report.ts";

export const METADATA_SECTION = "wasi-nest";
/** Raised when a reader of the old format would misread the new one, or images of the old layout (image/layout.ts). */
const FORMAT = 1;

/** As they are written: a letter for each instance. */
const LETTERS: Readonly<Record<Role, string>> = { app: "p", adapter: "a", stubs: "s", "re-export": "r" };

/** A character for each of the app's imports, up to the last that is denied. Of a program in a part, what is virtualized is marked too. */
const [DENIED, VIRTUALIZED, OTHER] = ["d", "v", "-"] as const;

export interface Metadata {
  /** Of the wasi-nest that made it. */
  readonly version: string;
  /** `null` where a later wasi-nest wrote it in another format. */
  readonly policy: Policy | null;
}

export interface Recording {
  readonly policy: Policy;
  /** Of the instances in the output. */
  readonly roles: readonly Role[];
  /** Of each of the app's imports. */
  readonly outcomes: readonly Outcome[];
  /** The app is a program in a part, where the wiring does not tell what is virtualized. */
  readonly isProgram: boolean;
}

export function metadataSection({ policy, roles, outcomes, isProgram }: Recording): { readonly name: string; readonly bytes: Uint8Array } {
  const letters = roles.map((role) => LETTERS[role]).join("");
  const told = isProgram ? outcomes : outcomes.slice(0, outcomes.lastIndexOf("denied") + 1);
  const denied = told.map((each) => (each === "denied" ? DENIED : isProgram && each === "virtualized" ? VIRTUALIZED : OTHER)).join("");
  const text = JSON.stringify({ format: FORMAT, version: VERSION, policy, roles: letters, ...(denied !== "" && { denied }) });
  return { name: METADATA_SECTION, bytes: new TextEncoder().encode(text) };
}

const ROLES = ["app", "adapter", "stubs", "re-export"] as const;

/** What the instances of a component are said to be there for; nothing has been held against the wiring yet. */
export function claimedRoles(bytes: Uint8Array): readonly (Role | null)[] {
  const value = parse(bytes);
  if (!isRecord(value) || value["format"] !== FORMAT || typeof value["roles"] !== "string") return [];
  return Array.from(value["roles"], (letter) => ROLES.find((role) => LETTERS[role] === letter) ?? null);
}

/** What is said to have become of each of the app's imports; `undefined` where nothing is said. */
export function claimedOutcomes(bytes: Uint8Array): readonly ("denied" | "virtualized" | undefined)[] {
  const value = parse(bytes);
  if (!isRecord(value) || value["format"] !== FORMAT || typeof value["denied"] !== "string") return [];
  return Array.from(value["denied"], (character) =>
    character === DENIED ? "denied" : character === VIRTUALIZED ? "virtualized" : undefined,
  );
}

/** What the section says; `null` where it is none of ours. */
export function readMetadata(bytes: Uint8Array): Metadata | null {
  const value = parse(bytes);
  if (!isRecord(value) || typeof value["version"] !== "string") return null;
  const { version, format, policy } = value;
  if (format !== FORMAT || !isRecord(policy)) return { version, policy: null };
  return { version, policy: checkedPolicy(policy) };
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
