/** What the adapter imports (../../wit/pipes.wit), declared here so that nobody who imports us has to; of streams, what we use. */
declare module "wasi-nest:virtual/pipes" {
  interface InputStream extends Disposable {
    read(length: bigint): Uint8Array;
    subscribe(): { ready(): boolean };
  }
  interface OutputStream extends Disposable {
    checkWrite(): bigint;
    write(bytes: Uint8Array): void;
  }
  export function makePipe(): [InputStream, OutputStream];
}
