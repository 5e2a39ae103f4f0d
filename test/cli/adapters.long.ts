/** What adapters.test.ts does, by both engines. */
await import("./adapters.test.ts");
