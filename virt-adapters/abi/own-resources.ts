// The built-ins of resources that are ours: a handle of a representation, and the other way round.

@external("own", "[resource-new]wasi:io/error#error")
export declare function newError(representation: usize): usize;
@external("own", "[resource-new]wasi:io/poll#pollable")
export declare function newPollable(representation: usize): usize;
@external("own", "[resource-new]wasi:io/streams#input-stream")
export declare function newInputStream(representation: usize): usize;
@external("own", "[resource-new]wasi:io/streams#output-stream")
export declare function newOutputStream(representation: usize): usize;
@external("own", "[resource-new]wasi:filesystem/types#descriptor")
export declare function newDescriptor(representation: usize): usize;
@external("own", "[resource-new]wasi:filesystem/types#directory-entry-stream")
export declare function newDirectoryEntryStream(representation: usize): usize;

/** The representation behind an own handle of ours. */
@external("own", "[resource-rep]wasi:io/error#error")
export declare function errorOf(handle: usize): usize;
@external("own", "[resource-rep]wasi:io/poll#pollable")
export declare function pollableOf(handle: usize): usize;
@external("own", "[resource-rep]wasi:io/streams#input-stream")
export declare function inputStreamOf(handle: usize): usize;
@external("own", "[resource-rep]wasi:io/streams#output-stream")
export declare function outputStreamOf(handle: usize): usize;
@external("own", "[resource-rep]wasi:filesystem/types#descriptor")
export declare function descriptorOf(handle: usize): usize;
@external("own", "[resource-rep]wasi:filesystem/types#directory-entry-stream")
export declare function directoryEntryStreamOf(handle: usize): usize;

@external("own", "[resource-drop]wasi:io/error#error")
export declare function dropOwnError(handle: usize): void;
@external("own", "[resource-drop]wasi:io/poll#pollable")
export declare function dropOwnPollable(handle: usize): void;
@external("own", "[resource-drop]wasi:io/streams#input-stream")
export declare function dropOwnInputStream(handle: usize): void;
@external("own", "[resource-drop]wasi:io/streams#output-stream")
export declare function dropOwnOutputStream(handle: usize): void;
@external("own", "[resource-drop]wasi:filesystem/types#descriptor")
export declare function dropOwnDescriptor(handle: usize): void;
@external("own", "[resource-drop]wasi:filesystem/types#directory-entry-stream")
export declare function dropOwnDirectoryEntryStream(handle: usize): void;
