/** Provides `acme:kv/store` where a u64 is a bigint. */
import { storeOf } from "./kv-store.ts";

export const store = storeOf((value) => value);
