// The io adapter: wasi:io, wasi:filesystem and the standard streams, which go together because they
// share one type of stream. Everything exported here becomes an export of the core module, named
// `<package>_<interface>__<function>`, then perhaps `__<variant>`, then perhaps `__post`; the composer
// chooses variants and drops the rest.

export * from "./host-handle";
export * from "./error";
export * from "./input-stream";
export * from "./output-stream";
export * from "./splice";
export * from "./poll";
export * from "./stdio";
export * from "./altered";
export * from "../files/open";
export * from "./host-directory";
export * from "./host-read-only";
export * from "../files/descriptor";
export * from "./directory-entry-stream";
export * from "../files/stat";
export * from "../files/mutation";
export * from "./mixed";
export * from "./lent";
export * from "../async/filesystem";
export * from "../async/host-filesystem";
export * from "../async/host-changes";
export * from "../async/stdio";
export * from "../async/task";
