/** What the adapter imports (../../wit/pipes.wit), declared here so that nobody who imports us has to. */
declare module "wasi-nest:virtual/pipes" {
  export function makePipe(): [import("./streams.ts").InputStream, import("./streams.ts").OutputStream];
}
