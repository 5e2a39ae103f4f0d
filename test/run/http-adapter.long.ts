/** What http-adapter.test.ts does, with all programs. */
await import("./http-adapter.test.ts");
