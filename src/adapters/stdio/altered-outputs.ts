/** Standard outputs of the host's that are altered on their way: by a prefix before each line, and a limit behind which they end. */
import { parseSize, sizeText } from "../../amounts.ts";
import { OptionError, UsageError } from "../../errors.ts";
import { only, record, type Shape, text } from "../../shapes.ts";

/** At least one of the two. */
export interface AlteredOutput {
  /** What stands before each line. It has no line break. */
  readonly prefix?: string;
  /** How many bytes come out, prefixes included; then the stream is closed. */
  readonly limit?: number;
}

const PREFIX = "prefix:";
const LIMIT = "limit:";

const isLimit = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) > 0;

export const alteredOutput: Shape = record<AlteredOutput>({ prefix: text, limit: only("a whole number from 1 on", isLimit) });

/** @throws OptionError for what alters nothing, or lines that it would make */
export function checkAltered(option: string, { prefix, limit }: AlteredOutput): void {
  if (prefix === undefined && limit === undefined)
    throw new OptionError(option, `\`${option}\` has no \`file\`, no \`prefix\` and no \`limit\``);
  if (prefix === "") throw new OptionError(option, `the prefix of \`${option}\` is empty`);
  if (prefix !== undefined && /[\n\r]/.test(prefix)) throw new OptionError(option, `the prefix of \`${option}\` has a line break`);
}

/**
 * Of the value of a flag, if it is one: \`prefix:TEXT\`, \`limit:SIZE\` or \`limit:SIZE,prefix:TEXT\`.
 * @throws UsageError
 */
export function alteredOf(flag: string, value: string): AlteredOutput | undefined {
  if (value.startsWith(PREFIX)) {
    if (/,\s*limit:/.test(value))
      throw new UsageError(`\`--${flag} ${value}\` has its limit in its prefix: it is written limit:SIZE,prefix:TEXT`);
    return { prefix: value.slice(PREFIX.length) };
  }
  if (!value.startsWith(LIMIT)) return undefined;
  const [size = "", ...more] = value.slice(LIMIT.length).split(",");
  const rest = more.join(",");
  const limit = parseSize(size);
  if (limit === undefined || limit === 0 || (more.length > 0 && !rest.startsWith(PREFIX)))
    throw new UsageError(
      `\`--${flag} ${value}\` is not limit:SIZE or limit:SIZE,prefix:TEXT, where SIZE is a number of bytes from 1 on, such as 1000, 64K or 1M`,
    );
  return { limit, ...(more.length > 0 && { prefix: rest.slice(PREFIX.length) }) };
}

/** As a flag has it. */
export const alteredText = ({ prefix, limit }: AlteredOutput): string =>
  [
    ...(limit === undefined ? [] : [`${LIMIT}${sizeText(limit).replace(/ .*/, "")}`]),
    ...(prefix === undefined ? [] : [`${PREFIX}${prefix}`]),
  ].join(",");

export const isAlteredText = (value: unknown): boolean =>
  typeof value === "string" && (value.startsWith(PREFIX) || value.startsWith(LIMIT));
