// The page that `npm run bench` writes, docs/benchmarks.md, and the table that it prints.

import { bytes, milliseconds, times } from "./report.mjs";

/** The ways that others are compared with. */
export const HOST = "the host's";
export const OURS = "wasi-nest";

const microseconds = (seconds) => (seconds < 1e-3 ? `${(seconds * 1e6).toFixed(2)} µs` : milliseconds(seconds * 1000));
const size = (count) => (count < 1e5 ? `${bytes(count)} B` : `${(count / 1e6).toFixed(1)} MB`);

/** The columns, how a value is written, and the way that its ratio is to. */
const COLUMNS = [
  { heading: "added", key: "added", show: size, beside: OURS },
  { heading: "composed in", key: "composed", show: milliseconds, beside: OURS },
  { heading: "instance and first call", key: "start", show: microseconds, beside: HOST },
  { heading: "a call", key: "call", show: microseconds, beside: HOST },
  { heading: "64 KB read", key: "read", show: microseconds, beside: HOST },
  { heading: "memory of the instance", key: "memory", show: size, beside: HOST },
  { heading: "most memory of the process", key: "peak", show: size, beside: HOST },
];

const ratio = (value) => (value < 100 ? times(value) : `${bytes(Math.round(value))} x`);

function cellsOf(row, rows) {
  return COLUMNS.map(({ key, show, beside }) => {
    const value = row[key];
    if (value === undefined) return "";
    const other = rows.find((each) => each.program === row.program && each.way === beside)?.[key];
    return other === undefined || row.way === beside ? show(value) : `${show(value)}, ${ratio(value / other)}`;
  });
}

/** The headings, and a line for each row. */
export function tableOf(rows) {
  return [["", ...COLUMNS.map(({ heading }) => heading)], ...rows.map((row) => [`${row.program}: ${row.way}`, ...cellsOf(row, rows)])];
}

/** `rows` have a program, a way, and by the key of each column a number or none; `leftOut` are clauses without a full stop. */
export function pageOf(rows, { leftOut, versions, machine, rounds, composeRounds }) {
  const [headings, ...lines] = tableOf(rows);
  const table = [headings, headings.map(() => "---"), ...lines];
  return `# Benchmarks

\`npm run bench\` measures this and writes this page. \`bench:size\`, \`bench:compose\` and \`bench:run\` measure more, beside goals.

${table.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}

- Two programs. One opens files and reads them: \`${HOST}\` is a directory of the host, and the others have its files embedded, one of
  16.8 MB and a hundred small ones. The other asks for its environment variables, of which there is one.
- \`JavaScript\` is an adapter in JavaScript, given with \`--adapter\`, by the engine that it is compiled with.
- \`added\` is what the output has more than the program: the files, too. \`composed in\` is the time of the command from its start
  to its end. Both are compared with wasi-nest, all else with the host's.
- Times are medians of ${rounds} rounds on Wasmtime, and of ${composeRounds} for composing, or of one
  that takes more than 5 seconds. A call opens a file, or asks for the variables.
- The memory of the process has the compiler of Wasmtime in it. That of the instance is its linear memories after all calls, in Node:
  what the host has for its own files is not in it.

${leftOut.length === 0 ? "Nothing is left out." : `Left out:\n\n${leftOut.map((each) => `- ${each}`).join("\n")}`}

Measured on ${machine}, with ${versions.join(", ")}.
`;
}
