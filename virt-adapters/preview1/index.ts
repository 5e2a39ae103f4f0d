// WASI preview 1, all its functions, by way of WASI 0.2: of the host, or of adapters in the same component. The program is a core
// module whose memory is not this one (./app.ts); it is asked for nothing. Whatever it says that is not so, such as addresses outside
// of its memory, is answered with an errno.
// https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md

export * from "./attributes";
export * from "./clocks";
export * from "./environment";
export * from "./files";
export * from "./paths";
export * from "./poll";
export * from "./process";
export * from "./random";
export * from "./read-write";
export * from "./readdir";
