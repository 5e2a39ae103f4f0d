/** Checks of what the section of an output says: whoever made it may have written anything. */
import { isPlain } from "../shapes.ts";
import type { Check } from "./option-table.ts";

export const isText: Check = (value) => typeof value === "string";
export const isCount: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
export const isYes: Check = (value) => value === true;
export const isTexts: Check = (value) => Array.isArray(value) && value.every(isText);
export const isOneOf =
  (...words: readonly string[]): Check =>
  (value) =>
    words.includes(value as string);

/** An object whose keys pass; others are not looked at. */
export const hasKeys =
  (required: Readonly<Record<string, Check>>, optional: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isPlain(value) &&
    Object.entries(required).every(([key, check]) => check(value[key])) &&
    Object.entries(optional).every(([key, check]) => value[key] === undefined || check(value[key]));
