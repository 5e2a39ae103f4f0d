/**
 * The table of the host's directories, with its strings behind it (layout.ts draws it).
 */
import { HOST_PREOPEN_FLAGS, HOST_PREOPEN_HOST, HOST_PREOPEN_PATH, HOST_PREOPEN_READ_ONLY, HOST_PREOPEN_SIZE } from "./layout.ts";
import { StringPool } from "./strings.ts";
import type { HostFileEntry, HostPreopen } from "./tree.ts";

const WORD = 4;

/** The bytes of the table, to lie at `address`, a multiple of 4; so is their number. */
export function hostPreopensTable(preopens: readonly HostPreopen[], address: number): Uint8Array {
  const pool = new StringPool();
  const strings = preopens.map(({ path, host }) => ({ path: pool.add(path), host: pool.add(host) }));
  const text = pool.bytes();
  const length = preopens.length * HOST_PREOPEN_SIZE;
  const bytes = new Uint8Array(Math.ceil((length + text.length) / WORD) * WORD);
  const view = new DataView(bytes.buffer);
  for (const [index, { path, host }] of strings.entries()) {
    const at = index * HOST_PREOPEN_SIZE;
    for (const [offset, string] of [
      [HOST_PREOPEN_PATH, path],
      [HOST_PREOPEN_HOST, host],
    ] as const) {
      view.setUint32(at + offset, address + length + string.offset, true);
      view.setUint32(at + offset + 4, string.byteLength, true);
    }
    view.setUint32(at + HOST_PREOPEN_FLAGS, preopens[index]?.readOnly === true ? HOST_PREOPEN_READ_ONLY : 0, true);
  }
  bytes.set(text, length);
  return bytes;
}

/** The same of single files: their names, and the directories that they lie in. */
export function hostFilesTable(files: readonly HostFileEntry["hostFile"][], address: number): Uint8Array {
  const places = files.map(({ host, readOnly }) => {
    const slash = host.lastIndexOf("/");
    return { path: host.slice(slash + 1), host: slash < 0 ? "." : slash === 0 ? "/" : host.slice(0, slash), readOnly };
  });
  return hostPreopensTable(places, address);
}
