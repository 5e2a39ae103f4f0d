/** What compressed.test.ts does, all of it on both hosts. */
await import("./compressed.test.ts");
