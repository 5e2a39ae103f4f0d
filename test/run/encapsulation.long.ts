/** What encapsulation.test.ts does, with SQLite and Yosys too. */
await import("./encapsulation.test.ts");
