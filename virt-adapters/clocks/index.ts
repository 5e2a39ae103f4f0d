// wasi:clocks without the host's, or by it with an offset. Variants: `__fixed`, the time of day stands still, `__virtual`, it goes
// with what has passed, `__offset`, it is the host's and something more, and `__timer`, a pollable is one of ours. What passes is in
// ./passing.ts.

export * from "./wall";
export * from "./monotonic";
export * from "./timezone";
export * from "./timers";
export * from "./waits";
