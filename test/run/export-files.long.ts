/** What export-files.test.ts does, with a library in JavaScript too. */
await import("./export-files.test.ts");
