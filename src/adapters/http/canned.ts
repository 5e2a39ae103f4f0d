/**
 * Canned responses: what requests get that match an entry, in the place of the host's answer. Everything is checked here, so that a
 * typo is an error and no request that gets none.
 */
import type { Chunk } from "../../binary/chunk.ts";
import { OptionError, UsageError } from "../../errors.ts";
import { check, either, list, only, record, type Shape, type Shapes, table, text } from "../../shapes.ts";
import type { Machine } from "../option-table.ts";
import { FORBIDDEN, isToken } from "./headers.ts";
import { checkMethod } from "./methods.ts";
import { type HttpRule, parseRule } from "./rules.ts";

export interface CannedResponse {
  /** `GET`; every method without it. */
  readonly method?: string;
  /** As in `httpAllow`: `https://api.example.com/v1/*`. */
  readonly url: string;
  /** 200 to 599; 200 by default. */
  readonly status?: number;
  /** A list has a value for each time that the header comes. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Text is sent as UTF-8. Empty by default. */
  readonly body?: string | Uint8Array;
}

/** With everything in it. */
export interface CannedEntry {
  /** `undefined`: any. */
  readonly method: string | undefined;
  readonly rule: HttpRule;
  readonly status: number;
  /** Names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Chunk;
}

interface CannedInFile extends Omit<CannedResponse, "body"> {
  readonly body?: string;
  /** A path, relative to that of the file. */
  readonly bodyFile?: string;
}

const OPTION = "httpCanned";
const DEFAULT_STATUS = 200;

const SHAPES: Omit<Shapes<CannedResponse>, "body"> = {
  method: text,
  url: text,
  status: only("a whole number from 200 to 599", (value) => Number.isInteger(value) && Number(value) >= 200 && Number(value) <= 599),
  headers: table(
    either("a string or a list of strings", (value) =>
      typeof value === "string" ? text : Array.isArray(value) && value.length > 0 ? list(text) : undefined,
    ),
  ),
};

export const CANNED: Shape = list(
  record<CannedResponse>(
    { ...SHAPES, body: either("a string or a Uint8Array", (value) => (typeof value === "string" ? text : onlyBytes)) },
    "url",
  ),
);
const onlyBytes = only("a string or a Uint8Array", (value) => value instanceof Uint8Array);
const IN_FILE: Shape = list(record<CannedInFile>({ ...SHAPES, body: text, bodyFile: text }, "url"));

/** @throws OptionError */
export function entriesOf(responses: readonly CannedResponse[]): readonly CannedEntry[] {
  const fail = (what: string): never => {
    throw new OptionError(OPTION, what);
  };
  if (responses.length === 0) fail(`\`${OPTION}\` is an empty list: leave it out to deny HTTP`);
  return responses.map(({ method, url, status = DEFAULT_STATUS, headers = {}, body = "" }) => {
    if (method !== undefined) checkMethod(method, fail);
    return { method, rule: parseRule(url, OPTION), status, headers: fieldsOf(headers, fail), body: bytesOf(body) };
  });
}

function fieldsOf(headers: NonNullable<CannedResponse["headers"]>, fail: (what: string) => never): CannedEntry["headers"] {
  const seen = new Set<string>();
  return Object.entries(headers).flatMap(([name, values]) => {
    const lower = name.toLowerCase();
    if (!isToken(name)) fail(`\`${name}\` is no name of an HTTP header`);
    if (FORBIDDEN.includes(lower)) fail(`a response has no HTTP header \`${name}\` when a program sees it: it belongs to the connection`);
    if (seen.has(lower)) fail(`the HTTP header \`${name}\` is given twice: a list has several values`);
    seen.add(lower);
    return [values].flat().map((value) => {
      if (/[^\P{Cc}\t]/u.test(value)) fail(`the value of the HTTP header \`${name}\` has a control character`);
      return [lower, value] as const;
    });
  });
}

const bytesOf = (body: string | Uint8Array): Uint8Array => (typeof body === "string" ? new TextEncoder().encode(body) : body);

/**
 * The responses in a JSON file.
 * @throws UsageError, InputError
 */
export function cannedIn(path: string | undefined, { bytes }: Machine): readonly CannedResponse[] | undefined {
  if (path === undefined) return undefined;
  const fail = (what: string): never => {
    throw new UsageError(`\`--http-canned ${path}\`: ${what}`);
  };
  const value = parsed(bytes(path), fail);
  try {
    check(IN_FILE, value, "responses");
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    fail(error.message);
  }
  const folder = path === "-" ? "" : path.replace(/[^/\\]*$/, "");
  return (value as readonly CannedInFile[]).map(({ bodyFile, ...response }, i) => {
    if (bodyFile === undefined) return response;
    if (response.body !== undefined) fail(`\`responses[${i}]\` has a \`body\` and a \`bodyFile\``);
    if (bodyFile === "" || bodyFile === "-" || bodyFile.includes("\0")) fail(`\`responses[${i}].bodyFile\` is no path of a file`);
    return { ...response, body: bytes(/^(?:[/\\]|[A-Za-z]:)/.test(bodyFile) ? bodyFile : `${folder}${bodyFile}`) };
  });
}

function parsed(bytes: Uint8Array, fail: (what: string) => never): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    return fail(error instanceof SyntaxError ? `it is no JSON: ${error.message}` : "it is not UTF-8");
  }
}
