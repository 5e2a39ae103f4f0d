/**
 * Patterns of names, such as `APP_*`: a star stands for any characters, or none, and everything else for itself. They are looked at
 * when the app runs (virt-adapters/abi/strings.ts), because nobody knows the host's names before. What other tools have in patterns
 * is refused: with it, a pattern would mean nothing, and what it was meant to keep back would pass.
 */
import { UsageError } from "../errors.ts";

/** What shells, Git and regular expressions have in patterns, and blanks, which nobody sees. */
const FOREIGN = /[\s?[\]{}!\\^$|+]/;

/** What is wrong with a pattern, as a clause; `undefined` where nothing is. */
export function patternProblem(pattern: string): string | undefined {
  const found = FOREIGN.exec(pattern)?.[0];
  return found === undefined ? undefined : `has ${JSON.stringify(found)}: in a pattern, only \`*\` stands for something else than itself`;
}

export const isPattern = (text: string): boolean => text.includes("*");

/** Whether a name is like a pattern, in at most as many steps as both lengths multiplied. */
export function isLike(pattern: string, name: string): boolean {
  let [at, from, afterStar, retry] = [0, 0, -1, 0];
  while (from < name.length) {
    if (pattern[at] === "*") {
      afterStar = ++at;
      retry = from;
    } else if (pattern[at] === name[from]) {
      at++;
      from++;
    } else if (afterStar >= 0) {
      at = afterStar;
      from = ++retry;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(at));
}

/** Whether some name is like both patterns. */
export function mayMeet(one: string, other: string): boolean {
  // Of what is left of one from `i` on: whether some text is like it and like what is left of the other from `j` on.
  let below: boolean[] = [];
  for (let i = one.length; i >= 0; i--) {
    const row: boolean[] = [];
    for (let j = other.length; j >= 0; j--) {
      const [skipsOne, skipsOther] = [i < one.length && below[j] === true, j < other.length && row[j + 1] === true];
      if (one[i] === "*" || other[j] === "*") row[j] = skipsOne || skipsOther;
      else row[j] = one[i] === other[j] && (i === one.length || below[j + 1] === true);
    }
    below = row;
  }
  return below[0] === true;
}

/**
 * The names or patterns of a flag that may be given more than once, each time with several of them.
 * @throws UsageError for an empty one
 */
export function namesOf(flag: string, lists: readonly string[]): readonly string[] {
  const names = lists.flatMap((list) => list.split(","));
  if (names.includes("")) throw new UsageError(`\`--${flag}=${lists.join(",")}\` has an empty name`);
  return names;
}

/** The same of one that stands for all of them without a value. */
export const allOrNamesOf = (flag: string, lists: false | readonly string[] | undefined): boolean | readonly string[] | undefined =>
  lists === undefined || lists === false ? lists : lists.includes("") || namesOf(flag, lists);
