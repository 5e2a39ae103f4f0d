/**
 * The image of the environment adapter: variables, arguments, working directory, and which of the
 * host's variables may pass. Every list lies there as the canonical ABI gives it out.
 */

import { type Image, Header, imageOf } from "./image.ts";
import { ARGUMENTS, HOST_NAMES, IMAGE_BASE, VARIABLES, WORKING_DIRECTORY } from "./layout.ts";
import { STRING_SIZE, StringPool, stringTable } from "./strings.ts";

/** Which of the host's variables the app sees, besides the fixed ones. */
export type HostVariables =
  | { readonly kind: "none" }
  | { readonly kind: "all" }
  | { readonly kind: "named"; readonly names: readonly string[] };

export interface EnvironmentOptions {
  /** Name and value; the order is kept. */
  readonly variables: readonly (readonly [string, string])[];
  readonly arguments: readonly string[];
  readonly cwd: string | undefined;
  readonly host: HostVariables;
}

/** `base` is where the image begins, behind that of another adapter. */
export function environmentImage(options: EnvironmentOptions, base: number = IMAGE_BASE): Image {
  const pool = new StringPool();
  const names = options.host.kind === "named" ? options.host.names : [];
  const lists = [options.variables.flat(), options.arguments, names];
  const [variables = [], args = [], passing = []] = lists.map((list) => list.map((text) => pool.add(text)));
  const cwd = options.cwd === undefined ? undefined : pool.add(options.cwd);

  const table = [...variables, ...args, ...passing];
  const argumentsAt = base + variables.length * STRING_SIZE;
  const passingAt = argumentsAt + args.length * STRING_SIZE;
  const poolAt = base + table.length * STRING_SIZE;

  const header = new Header();
  if (variables.length > 0) header.set(VARIABLES, base, variables.length / 2);
  if (args.length > 0) header.set(ARGUMENTS, argumentsAt, args.length);
  if (cwd !== undefined) header.set(WORKING_DIRECTORY, poolAt + cwd.offset, cwd.byteLength);
  // An address, even of an empty list, is what tells "named" from "all".
  if (options.host.kind === "named") header.set(HOST_NAMES, passingAt, passing.length);
  return imageOf(header, [stringTable(table, poolAt), pool.bytes()], "the variables and arguments", base);
}
