/**
 * How a denied function says no whose result holds streams and futures, as in WASI 0.3: a stream has no elements, and a future of
 * a result has its error when somebody reads it. Beside them there may be handles of denied resources, with which nothing can
 * be done.
 */
import { membersOf } from "../component/canonical-abi.ts";
import type { FuncType, Resource, ValType } from "../component/types.ts";
import { refusal } from "./refusal.ts";
import type { Carrier } from "./stub-module.ts";

export type LaterMember =
  | { readonly kind: "stream"; readonly type: Carrier }
  /** `value` is what it will have, as it lies in memory. */
  | { readonly kind: "future"; readonly type: Carrier; readonly value: Uint8Array }
  | { readonly kind: "handle"; readonly resource: Resource };

/** The members of a result, or the result itself; `undefined` where it has no stream or future, or something that cannot say no. */
export function laterAnswer({ result }: FuncType, isMade: (resource: Resource) => boolean): readonly LaterMember[] | undefined {
  if (result === undefined) return undefined;
  const members = (membersOf(result) ?? [result]).map((type) => memberOf(type, isMade));
  const found = members.filter((each) => each !== undefined);
  return found.length === members.length && found.some(({ kind }) => kind !== "handle") ? found : undefined;
}

function memberOf(type: ValType, isMade: (resource: Resource) => boolean): LaterMember | undefined {
  if (typeof type === "string") return undefined;
  if (type.kind === "own") return isMade(type.resource) ? { kind: "handle", resource: type.resource } : undefined;
  if (type.kind === "stream") return { kind: "stream", type };
  if (type.kind !== "future" || type.element === undefined) return undefined;
  const answer = refusal({ kind: "func", async: false, params: [], result: type.element });
  return answer === undefined ? undefined : { kind: "future", type, value: answer.memory };
}

/** The stream or future that a parameter is, or may be; `undefined` where it is none, or holds one in another way. */
export function endIn(type: ValType): { readonly type: Carrier; readonly isOptional: boolean } | undefined {
  if (typeof type === "string") return undefined;
  if (type.kind === "stream" || type.kind === "future") return { type, isOptional: false };
  const inside = type.kind === "option" ? endIn(type.some) : undefined;
  return inside === undefined || inside.isOptional ? undefined : { ...inside, isOptional: true };
}
