/** What http.test.ts does, with bodies of megabytes. */
await import("./http.test.ts");
