/** What writable-files.test.ts does, with limits of a megabyte on jco too. */
await import("./writable-files.test.ts");
