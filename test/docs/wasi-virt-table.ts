/** The table of docs/from-wasi-virt.md: the command lines that test/cli/wasi-virt.test.ts goes through. */
import { WASI_VIRT_LINES } from "../cli/wasi-virt-lines.ts";
import { table } from "./tables.ts";

export function wasiVirtTable(): string {
  const code = (text: string): string => `\`${text.replaceAll("|", "\\|").replaceAll("  ", " ").trim()}\``;
  const rows = WASI_VIRT_LINES.map(([theirs, here]) => {
    if ("refused" in here) return [code(`${theirs} -o virt.wasm`), `refused: ${here.refused.replaceAll("|", "\\|")}`];
    return [code(`${theirs} -o virt.wasm`), here.own === theirs ? "the same" : code(`${here.own} -o virt.wasm`)];
  });
  return table([["`wasi-virt`", "`wasi-nest`"], ...rows]);
}
