/** What the adapters of `acme:values/values` share. */

/** A value with all that tells its type, as text. */
export function told(value) {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "string") return JSON.stringify(value);
  if (Object.is(value, -0)) return "-0";
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(told).join()}]`;
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}[${[...value].map(told).join()}]`;
  return `{${Object.entries(value)
    .map(([key, each]) => `${key}:${told(each)}`)
    .join()}}`;
}

/** The functions of `acme:values/values` that give back what they get. */
export const ECHO =
  "boolean uEight sEight uSixteen sSixteen uThirtyTwo sThirtyTwo uSixtyFour sSixtyFour fThirtyTwo fSixtyFour character text access order listUEight listSEight listUSixteen listSSixteen listUThirtyTwo listSThirtyTwo listUSixtyFour listSSixtyFour listFThirtyTwo listFSixtyFour listBool listChar listText listOption listTriple listList optionText optionNumber optionOption triple entry failure nested several nothing empty".split(
    " ",
  );
/** Those that end as their parameter says. */
export const ENDING = ["outcome", "numberOr", "optionOr", "textOr", "nothingOr", "bareOr"];
