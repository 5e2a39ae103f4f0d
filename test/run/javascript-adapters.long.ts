/** What javascript-adapters.test.ts does, all of it by both engines. */
await import("./javascript-adapters.test.ts");
