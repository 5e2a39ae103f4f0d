/**
 * What a component is made of, as a tree for people, and the options that an output of ours was made with.
 */
import { type Embedded, type FlatInstance, flattened, type Inspection, type NestedComponent, type Policy } from "../index.ts";
import { policyRows } from "../adapters/modules.ts";
import { bytesText, counted } from "../amounts.ts";
import { columns } from "./columns.ts";

/** More re-exports in one component are counted only: an adapter alone has dozens. */
const MOST_REEXPORTS = 8;

/** What is in the data of the component and of those in it, each with its digest, and one of all. */
export function embeddedLines({ component, embeddedDigest }: Inspection): readonly string[] {
  const rows = embeddedRows(component, []);
  const all = embeddedDigest === null || rows.length === 0 ? [] : [["all", "", `sha-256 ${embeddedDigest}`]];
  const isFound = rows.length > 0 || !isSaidToEmbed(component);
  return columns([...rows, ...all, ...(isFound ? [] : [["nothing, though the options below name files"]])]);
}

/** `within` are the components around it that are outputs themselves. */
function embeddedRows({ embedded, components, instances }: NestedComponent, within: readonly string[]): readonly (readonly string[])[] {
  const place = within.length === 0 ? "" : ` in ${within.join("/")}`;
  const digestText = (digest: string | null): string => (digest === null ? "" : `sha-256 ${digest}`);
  const ownRows = ({ mounts, stdin }: Embedded): readonly (readonly string[])[] => [
    ...mounts.map(({ path, writable, files, bytes, digest }) => [
      `${path}${place}`,
      `${counted(files, "file")}, ${bytesText(bytes)}${writable ? ", writable" : ""}`,
      digestText(digest),
    ]),
    ...(stdin === null ? [] : [[`standard input${place}`, bytesText(stdin.bytes), digestText(stdin.digest)]]),
  ];
  return [
    ...(embedded === null ? [] : ownRows(embedded)),
    ...components.flatMap((each, i) => {
      const isApp = instances.some(({ role, component }) => role === "app" && component === i);
      return embeddedRows(each, isApp ? [...within, each.name ?? "app"] : within);
    }),
  ];
}

/** What the section of an output says, whoever wrote it. */
function isSaidToEmbed({ metadata, components }: NestedComponent): boolean {
  const { mounts = [], stdin } = metadata?.policy ?? {};
  return typeof stdin === "number" || mounts.some(({ files }) => files > 0) || components.some(isSaidToEmbed);
}

export function policyLines({ metadata }: NestedComponent): readonly string[] {
  if (metadata === null) return [];
  if (metadata.policy === null) return ["  options in a format that this version does not know"];
  return columns(shownPolicy(metadata.policy));
}

/** The options, in their words. */
function shownPolicy(policy: Policy): readonly (readonly string[])[] {
  const rows = policyRows(policy);
  return rows.length === 0 ? [["everything denied", ""]] : rows;
}

export function treeLines(component: NestedComponent): readonly string[] {
  if (!isComposed(component)) return component.coreModules === 0 ? [] : [`  ${counted(component.coreModules, "core module")}`];
  return columns(treeRows(component, ""));
}

const isComposed = ({ coreModules, instances }: NestedComponent): boolean => coreModules === 0 && instances.length > 0;

function treeRows(component: NestedComponent, indent: string): readonly (readonly string[])[] {
  const { instances } = flattened(component);
  const reexports = instances.filter(({ role }) => role === "re-export");
  const hidden = reexports.length > MOST_REEXPORTS ? reexports : [];
  const shown = instances.filter((each) => !hidden.includes(each));
  const rows = shown.flatMap((instance): readonly (readonly string[])[] => {
    const { name, role, opened } = instance;
    const row = [indent + name, roleText(role), sizeOf([instance]), sourcesText([instance], instances)];
    if (opened === undefined) return [row, ...tasksOf(instance, `${indent}  `)];
    const { metadata } = opened;
    const made = metadata === null ? [] : [[`${indent}  made by wasi-nest ${metadata.version}${policyText(metadata.policy)}`]];
    return [row, ...made, ...treeRows(opened, `${indent}  `)];
  });
  if (hidden.length > 0) rows.push([`${indent}(${hidden.length} interfaces)`, "re-export", sizeOf(hidden), sourcesText(hidden, instances)]);
  return rows;
}

/** What a part of ours is made of. */
function tasksOf({ tasks }: FlatInstance, indent: string): readonly (readonly string[])[] {
  return tasks.map(({ name, byteLength, callsOut }) => [indent + name, "", bytesText(byteLength), callsOut ? "← host" : ""]);
}

function roleText(role: FlatInstance["role"]): string {
  if (role === null || role === "app") return "";
  return role === "plug" ? "plug" : role;
}

function sizeOf(instances: readonly FlatInstance[]): string {
  const sizes = instances.flatMap(({ component }) => (component === undefined ? [] : [component.byteLength]));
  return sizes.length === 0 ? "" : bytesText(sizes.reduce((sum, size) => sum + size, 0));
}

function policyText(policy: Policy | null): string {
  return policy === null
    ? ""
    : ` with ${shownPolicy(policy)
        .map(([word, text]) => `${word} ${text}`.trim())
        .join("; ")}`;
}

/** From whom instances get anything but types. */
function sourcesText(takers: readonly FlatInstance[], instances: readonly FlatInstance[]): string {
  const sources = takers.flatMap(({ args }) => args.flatMap(({ sort, from }) => (sort === "type" ? [] : from)));
  const names = sources.flatMap((from) => {
    if (from.kind === "import") return ["host"];
    return from.kind === "instance" ? [instances[from.instance]?.name ?? `instance ${from.instance}`] : [];
  });
  return names.length === 0 ? "" : `← ${[...new Set(names)].join(", ")}`;
}
