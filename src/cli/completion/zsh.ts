/** The script for zsh: specifications for its `_arguments`. */
import { type Completed, type Flag, type Value } from "./completed.ts";

export function zshScript(commands: readonly Completed[]): string {
  const named = commands.filter(({ name }) => name !== "");
  return `#compdef wasi-nest
# Completion of wasi-nest for zsh, made by \`wasi-nest completion zsh\`

# Some words; those that end in : go on.
_wasi-nest-words() {
  local -a whole open
  whole=(\${@:#*:}) open=(\${(M)@:#*:})
  compadd -a whole
  compadd -S '' -a open
}

# A file behind =.
_wasi-nest-behind() {
  compset -P '*=' && _files
}

# A file, or one behind =.
_wasi-nest-file() {
  compset -P '*='
  _files
}

_wasi-nest-first() {
  local -a commands
  commands=(
${named.map(({ name, purpose }) => `    ${quoted(`${name}:${purpose}`)}`).join("\n")}
  )
  _describe command commands
  _files
}

_wasi-nest() {
  local command=''
  if (( CURRENT > 2 )); then
    case $words[2] in
      ${named.map(({ name }) => name).join("|")}) command=$words[2]; shift words; (( CURRENT-- )) ;;
    esac
  fi
  case $command in
${commands.map(branchOf).join("\n")}
  esac
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _wasi-nest "$@"
else
  compdef _wasi-nest wasi-nest
fi
`;
}

function branchOf({ name, flags, words }: Completed): string {
  const places = words.map(
    (each, i) => `${i + 1}: :${each === undefined ? "_wasi-nest-file" : each.length === 0 ? "" : `(${each.join(" ")})`}`,
  );
  const first = name === "" ? ["1: :_wasi-nest-first"] : [];
  const specs = [
    ...flags.flatMap(specsOf),
    ...first,
    ...places,
    ...(words.some((each) => each?.length === 0) ? [] : ["*: :_wasi-nest-file"]),
  ];
  return `    ${name === "" ? "''" : name})\n      _arguments -s : \\\n${specs.map((spec) => `        ${quoted(spec)}`).join(" \\\n")} ;;`;
}

function specsOf({ name, alias, describe, isRepeated, value }: Flag): readonly string[] {
  const both = alias === undefined ? [`--${name}`] : [`--${name}`, `-${alias}`];
  const before = isRepeated ? "*" : `(${both.join(" ")})`;
  const explained = `[${describe.replaceAll(/[[\]\\]/g, (each) => `\\${each}`)}]`;
  if (value.place === "none") return both.map((each) => `${before}${each}${explained}`);
  if (value.place === "behind =") return [`${before}--${name}=-${explained}::value:${actionOf(value)}`];
  return both.map((each, i) => `${before}${each}${i === 0 ? "=" : "+"}${explained}:value:${actionOf(value)}`);
}

function actionOf({ words, path }: Value): string {
  if (words.length > 0) return ` _wasi-nest-words ${words.join(" ").replaceAll(":", "\\:")}`;
  return path === undefined ? "" : path === "whole" ? "_files" : " _wasi-nest-behind";
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
