/** What apply-changes.test.ts does, with longer sequences of operations. */
await import("./apply-changes.test.ts");
