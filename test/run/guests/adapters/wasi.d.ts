/** What of WASI the adapters here import; pipes are declared in src/http. */
declare module "wasi:cli/environment" {
  export function getEnvironment(): [string, string][];
  export function getArguments(): string[];
}
declare module "wasi:clocks/wall-clock" {
  export * from "wasi:clocks/wall-clock@0.2.12";
}
declare module "wasi:io/streams" {
  export interface InputStream extends Disposable {
    read(length: bigint): Uint8Array;
  }
  export interface OutputStream extends Disposable {
    write(bytes: Uint8Array): void;
  }
}
declare module "wasi:clocks/wall-clock@0.2.12" {
  export function now(): { seconds: bigint; nanoseconds: number };
  export function resolution(): { seconds: bigint; nanoseconds: number };
}
