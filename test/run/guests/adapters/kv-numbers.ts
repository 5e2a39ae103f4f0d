/** Provides `acme:kv/store` where a u64 is a number, as it is in qjs. */
import { storeOf } from "./kv-store.ts";

export const store = storeOf((value) => Number(BigInt.asUintN(53, value)));
