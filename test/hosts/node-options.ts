/**
 * How a child that compiles a large WebAssembly program and needs it for some seconds is started: V8's baseline compiler alone.
 * Otherwise V8 optimizes what has run for a moment, on other threads, and that costs more than all that is run: clang compiles
 * a program of a page in 1.7 s of processor time instead of 5.9.
 */
export const BASELINE_ONLY: readonly string[] = ["--liftoff-only"];
