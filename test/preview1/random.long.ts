/** What random.test.ts does, with more seeds. */
await import("./random.test.ts");
