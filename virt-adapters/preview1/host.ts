// What preview 1 needs of WASI 0.2 beside files and streams, in the canonical ABI (../io/host.ts). Behind it is the host, or adapters
// in the same component; then results that are lists lie in their memory, which is this one, too.

export * from "../io/host";
export * from "../environment/host";

@external("wasi:clocks/monotonic-clock", "now")
export declare function monotonicNow(): u64;
@external("wasi:clocks/monotonic-clock", "resolution")
export declare function monotonicResolution(): u64;
@external("wasi:clocks/monotonic-clock", "subscribe-instant")
export declare function subscribeInstant(when: u64): usize;
@external("wasi:clocks/wall-clock", "now")
export declare function wallNow(result: usize): void;
@external("wasi:clocks/wall-clock", "resolution")
export declare function wallResolution(result: usize): void;

@external("wasi:random/random", "get-random-bytes")
export declare function getRandomBytes(length: u64, result: usize): void;

@external("wasi:cli/exit", "exit")
export declare function exit(status: u32): void;
@external("wasi:cli/exit", "exit-with-code")
export declare function exitWithCode(code: u32): void;

@external("wasi:cli/terminal-stdin", "get-terminal-stdin")
export declare function getTerminalStdin(result: usize): void;
@external("wasi:cli/terminal-stdout", "get-terminal-stdout")
export declare function getTerminalStdout(result: usize): void;
@external("wasi:cli/terminal-stderr", "get-terminal-stderr")
export declare function getTerminalStderr(result: usize): void;
@external("wasi:cli/terminal-input", "[resource-drop]terminal-input")
export declare function dropTerminalInput(terminal: usize): void;
@external("wasi:cli/terminal-output", "[resource-drop]terminal-output")
export declare function dropTerminalOutput(terminal: usize): void;
