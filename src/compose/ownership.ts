/**
 * Whose a type is, as the app sees it: the host's, or that of the part that made the resources in it.
 */
import { type Named, type Resource, resourcesIn } from "../component/types.ts";

/** "host" or a part's id. */
export type OwnerOf = (resource: Resource) => string;

/** Whether nothing in a type but the host's resources; true of types without resources. */
export function isHosts(type: Named | string, ownerOf: OwnerOf): boolean {
  return typeof type === "string" || resourcesIn(type).every((each) => ownerOf(each) === "host");
}
