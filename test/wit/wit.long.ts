/** What wit.test.ts does, with more seeds. */
await import("./wit.test.ts");
