/**
 * Reads what the user gives as a component, and adapts preview 1 modules.
 */
import { asComponent, type ComponentOf } from "../node/as-component.ts";
import type { Preview1Kind } from "../node/preview1.ts";
import { readInput } from "./inputs.ts";
import type { Progress } from "./progress.ts";

export { decoding, programName } from "../node/as-component.ts";

/**
 * `read` may leave out of a component what the caller does not look into.
 * @throws InputError, FormatError, LinkError
 */
export async function readComponent(
  path: string,
  adapt: Preview1Kind | "no" | undefined,
  progress: Progress,
  read?: (path: string) => Uint8Array,
): Promise<ComponentOf> {
  return asComponent(readInput(path, read), path, { adapt, onAdapt: () => progress.note(`adapting ${path}`) });
}
