/** Numbers as people read them. */

export function bytesText(bytes: number): string {
  if (bytes < 10_000) return bytes === 1 ? "1 byte" : `${bytes} bytes`;
  return bytes < 10_000_000 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
