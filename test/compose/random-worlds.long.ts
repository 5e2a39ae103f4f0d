/** What random-worlds.test.ts does, with more seeds. */
await import("./random-worlds.test.ts");
