/** Core modules by their bytes, for inputs that no compiler makes. */

export const text = (content: string): number[] => [Buffer.byteLength(content), ...Buffer.from(content)];
export const section = (id: number, ...body: number[]): number[] => [id, body.length, ...body];
export const module = (...sections: readonly number[][]): Uint8Array =>
  Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections.flat()]);

/** A type without parameters and results, and one function of it. */
export const FUNCTION: readonly number[][] = [section(1, 1, 0x60, 0, 0), section(3, 1, 0)];
export const CODE: number[] = section(10, 1, 2, 0, 0x0b);
/** The function under these names. */
export const exporting = (...names: readonly string[]): number[] =>
  section(7, names.length, ...names.flatMap((each) => [...text(each), 0, 0]));
/** A function without parameters and results. */
export const importing = (from: string, name: string): number[] => section(2, 1, ...text(from), ...text(name), 0, 0);
