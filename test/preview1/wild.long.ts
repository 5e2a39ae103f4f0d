/** What wild.test.ts does, with more seeds. */
await import("./wild.test.ts");
