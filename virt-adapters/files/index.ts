// The io adapter with files that can be written: ../io with other entries of directories, and streams that also
// stand for files. What is written lies in memory (heap.ts); what is embedded is never changed.

export * from "../io/host-handle";
export * from "../io/error";
export * from "../io/input-stream";
export * from "../io/output-stream";
export * from "../io/splice";
export * from "../io/poll";
export * from "../io/stdio";
export * from "../io/altered";
export * from "./stdio";
export * from "./stream-ends";
export * from "./open";
export * from "../io/host-directory";
export * from "../io/host-read-only";
export * from "./descriptor";
export * from "./directory-entry-stream";
export * from "./stat";
export * from "./mutation";
export { placeOfLast as path__place } from "./refusing";
export * from "../io/mixed";
export * from "../io/lent";
export * from "./export";
export * from "./pipe";
export * from "./kept";
export * from "../async/filesystem";
export * from "../async/host-filesystem";
export * from "../async/host-changes";
export * from "../async/stdio";
export * from "../async/task";
export * from "../async/kept-streams";
