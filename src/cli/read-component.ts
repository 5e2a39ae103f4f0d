/**
 * Reads what the user gives as a component, and adapts preview 1 modules.
 */
import { type Adapting, asComponent, type ComponentOf } from "../node/as-component.ts";
import { readInput } from "./inputs.ts";
import type { Progress } from "./progress.ts";

export { decoding, programName } from "../node/as-component.ts";

/**
 * `read` may leave out of a component what the caller does not look into.
 * @throws InputError, FormatError, LinkError
 */
export async function readComponent(
  path: string,
  adapting: Adapting,
  progress: Progress,
  read?: (path: string) => Uint8Array,
): Promise<ComponentOf> {
  return asComponent(readInput(path, read), path, { ...adapting, onAdapt: () => progress.note(`adapting ${path}`) });
}
