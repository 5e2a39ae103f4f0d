/** Provides `acme:kv/store` with revisions that every engine has. */
import { storeOf } from "./kv-store.ts";

export const store = storeOf(1n);
