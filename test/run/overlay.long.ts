/** What overlay.test.ts does, SQLite on jco too. */
await import("./overlay.test.ts");
