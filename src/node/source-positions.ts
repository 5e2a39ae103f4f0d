/** Where a place of a bundle stands in the sources, as a user calls them. */
import { SourceMap, type SourceMapPayload } from "node:module";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";

export interface SourcePositions {
  /** `FILE:LINE:COLUMN` of an offset; `undefined` of what no source has. */
  ofOffset(offset: number): string | undefined;
  /** The same of a line, from 1, and a column, from 0. */
  ofLine(line: number, column: number): string | undefined;
}

/** Of no code. */
export const NO_POSITIONS: SourcePositions = { ofLine: () => undefined, ofOffset: () => undefined };

/** `map` has absolute paths; `called` is what a user calls them. */
export function sourcePositions(code: string, map: SourceMapPayload, called: (source: string) => string): SourcePositions {
  const positions = new SourceMap(map);
  const ofLine = (line: number, column: number): string | undefined => {
    const entry = positions.findEntry(line - 1, column);
    if (!("originalSource" in entry)) return undefined;
    return `${called(entry.originalSource)}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  };
  return {
    ofLine,
    ofOffset(offset) {
      const before = code.slice(0, offset);
      return ofLine(before.split("\n").length, offset - before.lastIndexOf("\n") - 1);
    },
  };
}

/** A source as it looks from where a user called one `file`. */
export function calledBy(source: string, file: string): string {
  const near = relative(dirname(resolve(file)), source);
  return isAbsolute(file) ? source : join(dirname(file), near);
}
