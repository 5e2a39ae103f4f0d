// The io adapter with files that can be written (../files), over directories of the host's, and beside single files of
// the host's.

export * from "../files/index";
export * from "./host-file";
export * from "./changes";
export * from "./direct";
export * from "./direct-mixed";
