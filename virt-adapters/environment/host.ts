// What the host offers to the environment adapter: each function writes its result to `result`.

@external("wasi:cli/environment", "get-environment")
export declare function getEnvironment(result: usize): void;

@external("wasi:cli/environment", "get-arguments")
export declare function getArguments(result: usize): void;

@external("wasi:cli/environment", "initial-cwd")
export declare function initialCwd(result: usize): void;
