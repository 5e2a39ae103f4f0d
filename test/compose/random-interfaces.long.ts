/** What random-interfaces.test.ts does, with four times as many seeds. */
await import("./random-interfaces.test.ts");
