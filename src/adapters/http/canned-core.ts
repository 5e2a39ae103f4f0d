/** Canned responses as an adapter: who provides `wasi:http` then, and what it cannot be provided for. */
import { implementedBy } from "../../component/attributes.ts";
import { importKey, parseInterfaceName } from "../../component/names.ts";
import { LinkError } from "../../errors.ts";
import type { Asked, Core, Draft, Provider } from "../adapter-module.ts";
import { plainAdapter } from "../adapter.ts";
import { TOLD } from "../guest-names.ts";
import { IO } from "../io/decide.ts";
import { guestCore } from "../prebuilt-core.ts";
import { httpCannedCore } from "../prebuilt.ts";
import { ASYNC_SERIES } from "../series.ts";
import { TELLS_REFUSED, ID as TRACE } from "../trace/output.ts";
import type { CannedEntry } from "./canned.ts";
import { cannedImage } from "./canned-image.ts";

const ID = "http-canned";
const TYPES = "wasi:http/types";
const BASES: readonly string[] = [TYPES, "wasi:http/outgoing-handler", "wasi:http/client"];
/** What the guest imports of that of streams: functions that no WIT has. */
export const LENT: readonly string[] = ["wasi:io/streams input-of-bytes", "wasi:io/streams ignoring-output", "wasi:io/poll ready-pollable"];

export function decideCanned({ base, item, named, isDeniedByName }: Asked): Provider {
  const isServed = item.kind === "instance" && implementedBy(item) === undefined && BASES.includes(base);
  return named === undefined && isServed && !isDeniedByName(TYPES) ? ID : "deny";
}

/**
 * With `isTold`, requests that no response is for are told.
 * @throws LinkError for a component that answers requests itself
 */
export function cannedCore(entries: readonly CannedEntry[], draft: Draft, isTold: boolean): Core | undefined {
  const { imports, exports } = draft.world;
  const served = [...imports].filter(([name, item]) => item.kind === "instance" && draft.providerOf(importKey(name, item)) === ID);
  if (served.length === 0) {
    draft.warn("the component sends no HTTP requests: nothing asks for the canned responses");
    return undefined;
  }
  const answers = [...exports.keys()].find((name) => parseInterfaceName(name)?.base.startsWith("wasi:http/"));
  if (answers !== undefined)
    throw new LinkError(
      `export \`${answers}\`: the component answers HTTP requests itself, and gets them from the host, whose \`${TYPES}\` is another one than that of canned responses`,
    );
  // In 0.3, bodies are no resources of others.
  const isAlone = served.every(([name, item]) => importKey(name, item).endsWith(`@${ASYNC_SERIES}`));
  const lenders = { ...Object.fromEntries(LENT.map((each) => [each, IO])), ...(isTold && TELLS_REFUSED) };
  const variants = isTold ? [TOLD] : [];
  return {
    id: ID,
    lenders: [...(isAlone ? [] : [IO]), ...(isTold ? [TRACE] : [])],
    make: (base) => ({ ...plainAdapter(ID, guestCore(httpCannedCore), cannedImage(entries, base), () => variants), lenders }),
  };
}
