/** The script for fish: a line for each flag, with the commands that have it. */
import { type Completed, flagsByCommands, type Value } from "./completed.ts";

export function fishScript(commands: readonly Completed[]): string {
  const named = commands.filter(({ name }) => name !== "");
  const places = commands.flatMap(({ name, words }) => words.flatMap((each, i) => (each === undefined ? [] : [{ name, i, words: each }])));
  return `# Completion of wasi-nest for fish, made by \`wasi-nest completion fish\`

# Whether the line has one of these commands; '' is the one without a name.
function __wasi_nest_is
    set -l words (commandline -opc)
    set -l command ''
    if contains -- "$words[2]" ${named.map(({ name }) => name).join(" ")}
        set command $words[2]
    end
    contains -- "$command" $argv
end

# Whether so many words stand before the one that is written.
function __wasi_nest_has
    test (count (commandline -opc)) -eq $argv[1]
end

complete -c wasi-nest -e
${named.map(({ name, purpose }) => `complete -c wasi-nest -n '__wasi_nest_has 1' -a ${name} -d ${quoted(purpose)}`).join("\n")}
${places.map(({ name, i, words }) => `complete -c wasi-nest -n '__wasi_nest_is ${name}; and __wasi_nest_has ${i + 2}' -f${words.length === 0 ? "" : ` -a '${words.join(" ")}'`}`).join("\n")}
${flagsByCommands(commands)
  .map(({ commands: names, name, alias, describe, value }) => {
    const condition = `__wasi_nest_is ${names.map((each) => (each === "" ? '""' : each)).join(" ")}`;
    const short = alias === undefined ? "" : ` -s ${alias}`;
    return `complete -c wasi-nest -n '${condition}' -l ${name}${short}${valueOf(value)} -d ${quoted(describe)}`;
  })
  .join("\n")}
`;
}

function valueOf({ place, words, path }: Value): string {
  if (place === "none") return "";
  const given = words.length > 0 ? ` -a '${words.join(" ")}'` : "";
  // Without -r, a value stands behind = only.
  if (place === "behind =") return given;
  return path === undefined ? ` -x${given}` : ` -r -F${given}`;
}

const quoted = (text: string): string => `'${text.replaceAll(/[\\']/g, (each) => `\\${each}`)}'`;
