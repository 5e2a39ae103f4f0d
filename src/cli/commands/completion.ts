/** `wasi-nest completion`: a script by which a shell completes our command lines. */
import type { Manual } from "../help.ts";
import { COMPLETION_OPTIONS } from "../options.ts";
import { type Completed, type Shell, SHELLS } from "../completion/completed.ts";
import { printText } from "../terminal.ts";
import { UsageError } from "../../errors.ts";

export const COMPLETION_MANUAL: Manual = {
  usage: [`$0 completion ${SHELLS.join("|")}`],
  words: [SHELLS],
  purpose: "Prints a script by which a shell completes commands, options and their values.",
  options: COMPLETION_OPTIONS,
  groups: [],
  examples: [
    ["$0 completion bash > ~/.local/share/bash-completion/completions/wasi-nest", "With bash-completion; without, source it in ~/.bashrc"],
    ["$0 completion zsh > ~/.zfunc/_wasi-nest", "With `fpath+=~/.zfunc` before `compinit` in ~/.zshrc"],
    ["$0 completion fish > ~/.config/fish/completions/wasi-nest.fish", "For fish"],
  ],
  epilogue: ["Exit codes: 0 done, 2 the command line is wrong."],
};

export async function printCompletion([shell, ...others]: readonly string[]): Promise<void> {
  if (shell === undefined) throw new UsageError(`no shell given: one of ${named()}`);
  if (others.length > 0) throw new UsageError(`one shell is wanted, found \`${[shell, ...others].join("` and `")}\``);
  const known = SHELLS.find((each) => each === shell);
  if (known === undefined) throw new UsageError(`there is no completion for \`${shell}\`, only for ${named()}`);
  const [script, { completedCommands }, { manuals }] = await Promise.all([
    scriptOf(known),
    import("../completion/completed.ts"),
    import("../manuals.ts"),
  ]);
  printText(script(completedCommands(await manuals())));
}

async function scriptOf(shell: Shell): Promise<(commands: readonly Completed[]) => string> {
  switch (shell) {
    case "bash":
      return (await import("../completion/bash.ts")).bashScript;
    case "zsh":
      return (await import("../completion/zsh.ts")).zshScript;
    case "fish":
      return (await import("../completion/fish.ts")).fishScript;
  }
}

const named = (): string => SHELLS.map((each) => `\`${each}\``).join(", ");
