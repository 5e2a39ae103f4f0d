/**
 * The image of the environment adapter: variables, arguments, working directory, and which of the
 * host's variables may pass. Every list lies there as the canonical ABI gives it out.
 */

import { type Image, Header, imageOf } from "./image.ts";
import { ARGUMENTS, DENIED_NAMES, HOST_NAMES, IMAGE_BASE, NEW_NAMES, RENAMES, VARIABLES, WORKING_DIRECTORY } from "./layout.ts";
import { StringLists } from "./strings.ts";

/** Of two names, the host's variable that the app finds under the other. */
export type Rename = readonly [host: string, guest: string];

interface Rules {
  /** Patterns of names that do not pass. */
  readonly denied?: readonly string[];
  readonly renames?: readonly Rename[];
}

/** Which of the host's variables the app sees, besides the fixed ones: all but for the rules, or those that are like patterns. */
export type HostVariables =
  | { readonly kind: "none" }
  | (Rules & { readonly kind: "all" })
  | (Rules & { readonly kind: "named"; readonly names: readonly string[] });

export interface EnvironmentOptions {
  /** Name and value; the order is kept. */
  readonly variables: readonly (readonly [string, string])[];
  readonly arguments: readonly string[];
  readonly cwd: string | undefined;
  readonly host: HostVariables;
}

/** `base` is where the image begins, behind that of another adapter. */
export function environmentImage(options: EnvironmentOptions, base: number = IMAGE_BASE): Image {
  const { variables, arguments: args, cwd, host } = options;
  const names = host.kind === "named" ? host.names : [];
  const { denied = [], renames = [] } = host.kind === "none" ? {} : host;
  const newNames = renames.map(([, guest]) => guest);
  const lists = new StringLists(base, [variables.flat(), args, names, denied, renames.flat(), newNames], cwd === undefined ? [] : [cwd]);

  const header = new Header();
  const counts = [variables.length, args.length, names.length, denied.length, renames.length, newNames.length];
  for (const [index, word] of [VARIABLES, ARGUMENTS, HOST_NAMES, DENIED_NAMES, RENAMES, NEW_NAMES].entries()) {
    const count = counts[index] ?? 0;
    // An address, even of an empty list, is what tells "named" from "all".
    if (count > 0 || (word === HOST_NAMES && host.kind === "named")) header.set(word, lists.startOf(index), count);
  }
  if (cwd !== undefined) header.set(WORKING_DIRECTORY, ...lists.addressOf(cwd));
  return imageOf(header, lists.chunks(), "the variables and arguments", base);
}
