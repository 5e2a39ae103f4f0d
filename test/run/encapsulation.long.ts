/** What encapsulation.test.ts does, with SQLite, Yosys and JavaScript too. */
await import("./encapsulation.test.ts");
