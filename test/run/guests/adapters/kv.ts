/** Provides `acme:kv/store` with revisions beyond what a number is exact for. */
import { storeOf } from "./kv-store.ts";

export const store = storeOf(2n ** 63n + 1n);
