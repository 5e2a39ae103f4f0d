/** What guests.test.ts does, with SQLite and Yosys too. */
await import("./guests.test.ts");
