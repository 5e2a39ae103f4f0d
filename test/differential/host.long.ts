/** What differential.test.ts does, with more sequences in directories of the host's. */
await import("./differential.test.ts");
