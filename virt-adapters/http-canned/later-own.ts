// Built-ins of the resources of wasi:http/types 0.3, as own.ts has them of 0.2, and of its futures.

@external("own", "[resource-new]wasi:http/types@0.3#fields")
export declare function newFields(representation: usize): usize;
@external("own", "[resource-rep]wasi:http/types@0.3#fields")
export declare function fieldsBehind(handle: usize): usize;
@external("own", "[resource-drop]wasi:http/types@0.3#fields")
export declare function dropFields(handle: usize): void;

@external("own", "[resource-new]wasi:http/types@0.3#request")
export declare function newRequest(representation: usize): usize;
@external("own", "[resource-rep]wasi:http/types@0.3#request")
export declare function requestBehind(handle: usize): usize;
@external("own", "[resource-drop]wasi:http/types@0.3#request")
export declare function dropRequest(handle: usize): void;

@external("own", "[resource-new]wasi:http/types@0.3#request-options")
export declare function newOptions(representation: usize): usize;
@external("own", "[resource-rep]wasi:http/types@0.3#request-options")
export declare function optionsBehind(handle: usize): usize;
@external("own", "[resource-drop]wasi:http/types@0.3#request-options")
export declare function dropOptions(handle: usize): void;

@external("own", "[resource-new]wasi:http/types@0.3#response")
export declare function newResponse(representation: usize): usize;
@external("own", "[resource-rep]wasi:http/types@0.3#response")
export declare function responseBehind(handle: usize): usize;
@external("own", "[resource-drop]wasi:http/types@0.3#response")
export declare function dropResponse(handle: usize): void;

// Futures of `result<option<trailers>, error-code>`.
@external("async", "[future.new]wasi:http/types#[static]response.consume-body 1")
export declare function newTrailers(): u64;
@external("async", "[future.read]wasi:http/types#[static]response.consume-body 1")
export declare function readTrailers(end: usize, address: usize): u32;
@external("async", "[future.write]wasi:http/types#[static]response.consume-body 1")
export declare function writeTrailers(end: usize, address: usize): u32;
@external("async", "[future.drop-readable]wasi:http/types#[static]response.consume-body 1")
export declare function dropTrailersReadable(end: usize): void;
@external("async", "[future.drop-writable]wasi:http/types#[static]response.consume-body 1")
export declare function dropTrailersWritable(end: usize): void;

// Futures of `result<_, error-code>`.
@external("async", "[future.new]wasi:http/types#[static]response.consume-body 0")
export declare function newOutcome(): u64;
@external("async", "[future.read]wasi:http/types#[static]response.consume-body 0")
export declare function readOutcome(end: usize, address: usize): u32;
@external("async", "[future.write]wasi:http/types#[static]response.consume-body 0")
export declare function writeOutcome(end: usize, address: usize): u32;
@external("async", "[future.drop-readable]wasi:http/types#[static]response.consume-body 0")
export declare function dropOutcomeReadable(end: usize): void;
@external("async", "[future.drop-writable]wasi:http/types#[static]response.consume-body 0")
export declare function dropOutcomeWritable(end: usize): void;
