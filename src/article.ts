/** A noun with its article, for messages that name what was found: "an instance", "a func". "U" is mostly spoken as in "unit". */
export const article = (noun: string): string => `${/^[aeio]/i.test(noun) ? "an" : "a"} ${noun}`;
