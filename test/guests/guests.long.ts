/** What guests.test.ts does, with Yosys too. */
await import("./guests.test.ts");
