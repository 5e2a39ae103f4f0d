// Built-ins of the resources of wasi:http/types, which are ours here: a handle of a representation, what is behind a handle that was
// given, and its end. A representation is the address of a cell / 8.

@external("own", "[resource-new]wasi:http/types#fields")
export declare function newFields(representation: usize): usize;
@external("own", "[resource-rep]wasi:http/types#fields")
export declare function fieldsBehind(handle: usize): usize;
@external("own", "[resource-drop]wasi:http/types#fields")
export declare function dropFields(handle: usize): void;

@external("own", "[resource-new]wasi:http/types#outgoing-request")
export declare function newRequest(representation: usize): usize;
@external("own", "[resource-rep]wasi:http/types#outgoing-request")
export declare function requestBehind(handle: usize): usize;
@external("own", "[resource-drop]wasi:http/types#outgoing-request")
export declare function dropRequest(handle: usize): void;

@external("own", "[resource-new]wasi:http/types#request-options")
export declare function newOptions(representation: usize): usize;
@external("own", "[resource-drop]wasi:http/types#request-options")
export declare function dropOptions(handle: usize): void;

@external("own", "[resource-new]wasi:http/types#outgoing-body")
export declare function newOutgoingBody(representation: usize): usize;
@external("own", "[resource-drop]wasi:http/types#outgoing-body")
export declare function dropOutgoingBody(handle: usize): void;

@external("own", "[resource-new]wasi:http/types#future-incoming-response")
export declare function newFuture(representation: usize): usize;
@external("own", "[resource-new]wasi:http/types#incoming-response")
export declare function newResponse(representation: usize): usize;

@external("own", "[resource-new]wasi:http/types#incoming-body")
export declare function newIncomingBody(representation: usize): usize;
@external("own", "[resource-drop]wasi:http/types#incoming-body")
export declare function dropIncomingBody(handle: usize): void;

@external("own", "[resource-new]wasi:http/types#future-trailers")
export declare function newTrailers(representation: usize): usize;

// What the guest of streams lends (../io/lent.ts). It is asked while the arena is empty.

@external("wasi:io/streams", "input-of-bytes")
export declare function inputOfBytes(start: usize, end: usize): usize;
@external("wasi:io/streams", "ignoring-output")
export declare function ignoringOutput(): usize;
@external("wasi:io/poll", "ready-pollable")
export declare function readyPollable(): usize;
