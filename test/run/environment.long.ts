/** What environment.test.ts does, with a program in JavaScript too. */
await import("./environment.test.ts");
