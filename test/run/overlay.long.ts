/** What overlay.test.ts does, with SQLite too. */
await import("./overlay.test.ts");
