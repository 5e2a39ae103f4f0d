/** What programs-that-write.test.ts does, with all programs and journals. */
await import("./programs-that-write.test.ts");
