// What the guest of scripts asks of what lies below it.

@external("wasi:cli/environment", "get-environment")
export declare function getEnvironment(result: usize): void;
@external("wasi:cli/environment", "get-arguments")
export declare function getArguments(result: usize): void;
@external("wasi:cli/environment", "initial-cwd")
export declare function initialCwd(result: usize): void;

@external("wasi:cli/stdin", "get-stdin")
export declare function getStdin(): usize;
@external("wasi:cli/stdout", "get-stdout")
export declare function getStdout(): usize;
@external("wasi:cli/stderr", "get-stderr")
export declare function getStderr(): usize;

@external("wasi:cli/terminal-stdin", "get-terminal-stdin")
export declare function getTerminalStdin(result: usize): void;
@external("wasi:cli/terminal-stdout", "get-terminal-stdout")
export declare function getTerminalStdout(result: usize): void;
@external("wasi:cli/terminal-stderr", "get-terminal-stderr")
export declare function getTerminalStderr(result: usize): void;

// The same of WASI 0.3.

@external("wasi:cli/stdin@0.3", "read-via-stream")
export declare function readStdin(result: usize): void;
@external("wasi:cli/stdout@0.3", "write-via-stream")
export declare function writeStdout(data: usize): usize;
@external("wasi:cli/stderr@0.3", "write-via-stream")
export declare function writeStderr(data: usize): usize;
@external("wasi:cli/terminal-stdin@0.3", "get-terminal-stdin")
export declare function getLaterTerminalStdin(result: usize): void;
@external("wasi:cli/terminal-stdout@0.3", "get-terminal-stdout")
export declare function getLaterTerminalStdout(result: usize): void;
@external("wasi:cli/terminal-stderr@0.3", "get-terminal-stderr")
export declare function getLaterTerminalStderr(result: usize): void;

@external("wasi-nest:virtual/kept-async", "read-via-stream")
export declare function readKept(kept: usize, result: usize): void;
@external("wasi-nest:virtual/kept-async", "write-via-stream")
export declare function writeKept(kept: usize, data: usize): usize;

@external("wasi-nest:virtual/kept-async", "hold-all")
export declare function holdAll(kept: usize): void;

@external("wasi-nest:virtual/pipes@0.1", "make-pipe")
export declare function makePipe(result: usize): void;

@external("wasi-nest:virtual/kept@0.1", "keep-input")
export declare function keepInput(handle: usize): usize;
@external("wasi-nest:virtual/kept@0.1", "keep-output")
export declare function keepOutput(handle: usize): usize;
@external("wasi-nest:virtual/kept@0.1", "input")
export declare function keptInput(kept: usize): usize;
@external("wasi-nest:virtual/kept@0.1", "output")
export declare function keptOutput(kept: usize): usize;
@external("wasi-nest:virtual/kept@0.1", "end-input")
export declare function endInput(kept: usize): void;
@external("wasi-nest:virtual/kept@0.1", "end-output")
export declare function endOutput(kept: usize): void;

@external("wasi:io/streams", "[resource-drop]output-stream")
export declare function dropOutputStream(stream: usize): void;

@external("wasi:filesystem/preopens", "get-directories")
export declare function getDirectories(result: usize): void;
@external("wasi:filesystem/types", "[method]descriptor.open-at")
export declare function openAt(
  descriptor: usize,
  pathFlags: u32,
  path: usize,
  length: usize,
  openFlags: u32,
  flags: u32,
  result: usize,
): void;
@external("wasi:filesystem/types", "[method]descriptor.read-via-stream")
export declare function readViaStream(descriptor: usize, offset: u64, result: usize): void;
@external("wasi:filesystem/types", "[method]descriptor.write-via-stream")
export declare function writeViaStream(descriptor: usize, offset: u64, result: usize): void;
@external("wasi:filesystem/types", "[method]descriptor.append-via-stream")
export declare function appendViaStream(descriptor: usize, result: usize): void;
@external("wasi:filesystem/types", "[resource-drop]descriptor")
export declare function dropDescriptor(descriptor: usize): void;
