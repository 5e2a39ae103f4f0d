/** `wasi:cli/exit`: the host's, with a code that is fixed, or denied. */
import { UsageError } from "../../errors.ts";
import { Header, imageOf } from "../../image/image.ts";
import { EXIT_CODE } from "../../image/layout.ts";
import { only, record } from "../../shapes.ts";
import type { AdapterModule, Core } from "../adapter-module.ts";
import { hostOnly, hostOnlyModule } from "../host-only.ts";
import { plainAdapter } from "../adapter.ts";
import { ALL_SERIES, wasiKey } from "../series.ts";
import type { Given } from "../option-table.ts";
import { guestCore } from "../prebuilt-core.ts";
import { exitCore } from "../prebuilt.ts";

interface ExitCode {
  readonly code: number;
}

export interface ExitOptions {
  readonly allowExit?: boolean;
  /** The code with which the program ends when it calls `exit`, 0 to 255, whatever it says. */
  readonly exit?: ExitCode;
}

/** What outputs tell of it. */
export interface ExitPolicy {
  readonly exit?: `code:${number}`;
}

const BASE = "wasi:cli/exit";
const ID = "exit";
const PREFIX = "code:";
const LARGEST = 255;
/** What `exit` itself can say; other codes are for `exit-with-code`, which not every host has. */
const VARIANTS = ["ok", "err"] as const;

const isCode = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= LARGEST;

const FLAGS = {
  exit: {
    type: "string",
    starts: [PREFIX],
    describe: "How the program ends when it calls `exit`: with code:N, 0 to 255, whatever the program says",
  },
} as const;

function exitOf({ exit: text }: Given<typeof FLAGS>): ExitOptions["exit"] {
  if (text === undefined) return undefined;
  const [, digits] = /^code:(\d{1,3})$/.exec(text) ?? [];
  if (digits !== undefined && isCode(Number(digits))) return { code: Number(digits) };
  throw new UsageError(`\`--exit ${text}\` is not code:N, such as \`code:0\`: N is a whole number from 0 to ${LARGEST}`);
}

const allowed: AdapterModule<Pick<ExitOptions, "allowExit">> = hostOnlyModule({
  name: ID,
  interfaces: BASE,
  flag: "allow-exit",
  option: "allowExit",
  describe: "Ending the program with an exit code by `exit`",
  meaning: "the host's `exit`",
  row: "exit",
  denied: "trap",
  stop: [BASE, "exit is denied: a program that fails ends with a trap; `--allow-exit` lets it through"],
});

const coreOf = (code: number): Core => ({
  id: ID,
  make() {
    const header = new Header();
    header.set(EXIT_CODE, code);
    return plainAdapter(ID, guestCore(exitCore), imageOf(header, [], "an exit code"), () => [VARIANTS[code] ?? "code"]);
  },
});

export const exit: AdapterModule<ExitOptions> = {
  ...allowed,
  flags: { ...allowed.flags, ...FLAGS },
  options: {
    ...allowed.options,
    exit: {
      shape: record<ExitCode>({ code: only("a whole number from 0 to 255", isCode) }, "code"),
      type: "{ code: number }",
      meaning: "the code with which the program ends when it calls `exit`, whatever it says",
      flag: "exit",
      read: exitOf,
      excludes: ["allowExit"],
      readme: [["exit", "virtualize", "`--exit code:N`"]],
    },
  },
  samples: [
    { flag: "allow-exit", value: true, isHosts: true },
    { flag: "exit", value: "code:0" },
  ],
  recorded: {
    checks: { exit: (value) => typeof value === "string" && value.startsWith(PREFIX) && isCode(Number(value.slice(PREFIX.length))) },
    shown: ({ exit: value }: ExitPolicy) => (value === undefined ? [] : [["exit", value]]),
  },
  configure({ allowExit, exit: fixed }, { allowAll }) {
    if (fixed === undefined) return hostOnly(allowExit ?? allowAll);
    const { code } = fixed;
    return {
      isHosts: () => false,
      decide: ({ named }) => (named === undefined ? ID : "deny"),
      finish(draft) {
        if (!ALL_SERIES.some((series) => draft.providerOf(wasiKey(BASE, series)) === ID)) return undefined;
        // In 0.3, every host has it.
        if (VARIANTS[code] === undefined && draft.providerOf(wasiKey(BASE)) === ID)
          draft.warn(`the program ends by \`exit-with-code\`, which not every host has: only the codes 0 and 1 need no more than \`exit\``);
        return coreOf(code);
      },
      recorded: { exit: `${PREFIX}${code}` },
    };
  },
};
