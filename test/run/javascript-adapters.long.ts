/** What javascript-adapters.test.ts does, all of it by StarlingMonkey too. */

process.env["WASI_NEST_ALL_ENGINES"] = "1";
await import("./javascript-adapters.test.ts");
