// wasi:sockets behind rules.

export * from "./at-once";
export * from "./later";
export * from "./told";
