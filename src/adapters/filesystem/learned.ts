/** The files and directories of the host's that a run needed, as options that give no others. */
import type { Learned, Observed, UsedPlace } from "../observed.ts";

/** A directory gives all that is in it: what lies in one that is given, and is changed no more than that, needs nothing. */
export function learnedFiles({ files, directories, asked, functions }: Observed): Learned {
  const { said: givenDirectories, unsaid: otherDirectories } = sayable(
    directories.filter((each) => !directories.some((other) => other !== each && covers(other, each))),
  );
  const { said: givenFiles, unsaid: otherFiles } = sayable(files.filter((each) => !directories.some((other) => covers(other, each))));
  const places = [...files, ...directories];
  const only = asked.filter((path) => !places.some((each) => each.path === path || isBelow(each.path, path) || isBelow(path, each.path)));
  return {
    settings: [
      ...(givenDirectories.length === 0 ? [] : [{ flag: "preopen", value: givenDirectories }]),
      ...(givenFiles.length === 0 ? [] : [{ flag: "file", value: givenFiles }]),
    ],
    notes: [
      ...(givenDirectories.length === 0
        ? []
        : ["It listed these directories, or made, renamed or removed something in them. All that is in them is given."]),
      ...(places.length === 0 ? [] : ["The host has to offer its directories under the same names as in the run, by the same --dir."]),
      ...(places.length === 0 && functions.has("wasi:filesystem/preopens#get-directories") ? ["It opened no file."] : []),
      ...only.map((path) => `It asked about \`${path}\`, and did no more with it: that is not given.`),
      ...[...otherDirectories, ...otherFiles].map(({ path }) => `It used \`${path}\`, a name that no option can have: that is not given.`),
    ],
  };
}

const isBelow = (path: string, directory: string): boolean =>
  path.startsWith(directory === "/" ? "/" : `${directory}/`) && path !== directory;

/** Whether what is given with one place has all that another needs, under the same names. */
const covers = (one: UsedPlace, other: UsedPlace): boolean =>
  (one.isChanged || !other.isChanged) &&
  isBelow(other.path, one.path) &&
  other.host === joined(one.host, other.path.slice(one.path === "/" ? 1 : one.path.length + 1));

const joined = (host: string, rest: string): string => (host === "." ? rest : host === "/" ? `/${rest}` : `${host}/${rest}`);

function sayable(places: readonly UsedPlace[]): { readonly said: readonly string[]; readonly unsaid: readonly UsedPlace[] } {
  // What stands behind the first `=` is the host's name, and `:ro` ends it.
  const isSayable = ({ path, host, isChanged }: UsedPlace): boolean => !path.includes("=") && !(isChanged && host.endsWith(":ro"));
  const texts = places.filter(isSayable).map(({ path, host, isChanged }) => `${path}=${host}${isChanged ? "" : ":ro"}`);
  return { said: texts.toSorted(), unsaid: places.filter((each) => !isSayable(each)) };
}
