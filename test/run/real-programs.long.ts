/** What real-programs.test.ts does, with all programs. */
await import("./real-programs.test.ts");
