/** What an app is to its host: a handler of HTTP requests, which gets an instance for each of them. */
import { keyOf } from "../component/names.ts";
import type { World } from "../component/world.ts";
import { ASYNC_SERIES, wasiKey } from "./series.ts";

const HANDLERS: ReadonlySet<string> = new Set([wasiKey("wasi:http/incoming-handler"), wasiKey("wasi:http/handler", ASYNC_SERIES)]);

export const isServer = ({ exports }: Pick<World, "exports">): boolean => [...exports.keys()].some((name) => HANDLERS.has(keyOf(name)));
