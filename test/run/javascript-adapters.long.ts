/**
 * What javascript-adapters.test.ts does, all of it by both engines. These are 12 MB each, and others of them are compiled
 * as Wasmtime does by itself: here that would take ten minutes.
 */
process.env["WASI_NEST_HURRY"] = "1";
await import("./javascript-adapters.test.ts");
