/** What pipes.test.ts does, with each kind of the guest that can write. */
await import("./pipes.test.ts");
