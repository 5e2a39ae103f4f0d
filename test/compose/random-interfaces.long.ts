/** What random-interfaces.test.ts does, with more seeds. */
await import("./random-interfaces.test.ts");
