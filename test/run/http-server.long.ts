/** What http-server.test.ts does, with bodies of megabytes. */
await import("./http-server.test.ts");
