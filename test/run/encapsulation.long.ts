/** What encapsulation.test.ts does, with SQLite, Yosys and JavaScript. */
await import("./encapsulation.test.ts");
