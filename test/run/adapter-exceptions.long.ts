/** What adapter-exceptions.test.ts does, by both engines. */
await import("./adapter-exceptions.test.ts");
