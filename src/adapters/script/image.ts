/** The image of a script: its code, what that refers to, and room for registers behind it. */
import { type Image, Header, imageOf } from "../../image/image.ts";
import {
  IMAGE_BASE,
  OWN_ERROR,
  OWN_INPUT,
  OWN_OUTPUT,
  SCRIPT_CODE,
  SCRIPT_MESSAGES,
  SCRIPT_STAGES,
  SCRIPT_STREAMS,
} from "../../image/layout.ts";
import { StringLists } from "../../image/strings.ts";
import { type Code, type Label, type Register, type Word, wordCount } from "./code.ts";

/** In the order of layout.ts. */
const MESSAGES = [
  "cannot open ",
  "cannot create ",
  ": No such file\n",
  ": Directory nonexistent\n",
  ": Is a directory\n",
  ": Permission denied\n",
  ": Input/output error\n",
];

const WORD = 4;

export function scriptImage({ words, registerCount, needs, atOnce }: Code): Image {
  const codeLength = words.reduce<number>((sum, word) => sum + wordCount(word), 0) * WORD;
  const lists = words.flatMap((word) => (typeof word === "object" && word.kind === "list" ? [word] : []));
  const texts = words.flatMap((word) => (typeof word === "object" && word.kind === "string" ? [word.text] : []));
  const messages = needs === "files" ? [MESSAGES] : [];
  const strings = new StringLists(IMAGE_BASE + codeLength, [...lists.map((each) => each.strings), ...messages], texts);
  const tables = strings.chunks();
  const stringsEnd = IMAGE_BASE + codeLength + tables.reduce((sum, each) => sum + each.length, 0);
  const registersAt = Math.ceil(stringsEnd / WORD) * WORD;

  const code = new DataView(new ArrayBuffer(codeLength));
  let at = 0;
  const put = (value: number): void => {
    code.setUint32(at, value, true);
    at += WORD;
  };
  let list = 0;
  const addressOf = (word: Label | Register): number => {
    if (word.kind === "register") return registersAt + word.index * WORD;
    if (word.at === undefined) throw new Error("a label was never placed");
    return IMAGE_BASE + word.at * WORD;
  };
  const putWord = (word: Word): void => {
    if (typeof word === "number") return put(word);
    switch (word.kind) {
      case "label":
      case "register":
        return put(addressOf(word));
      case "string":
        return strings.addressOf(word.text).forEach(put);
      case "list":
        put(strings.startOf(list++));
        return put(word.strings.length / word.stride);
    }
  };
  words.forEach(putWord);

  const header = new Header();
  header.set(SCRIPT_CODE, IMAGE_BASE);
  header.set(SCRIPT_STREAMS, OWN_INPUT, OWN_OUTPUT, OWN_ERROR);
  if (needs === "files") header.set(SCRIPT_MESSAGES, strings.startOf(lists.length));
  if (atOnce !== undefined) header.set(SCRIPT_STAGES, addressOf(atOnce.stages), addressOf(atOnce.main));
  const image = imageOf(header, [new Uint8Array(code.buffer), ...tables], "a script");
  return { ...image, end: registersAt + registerCount * WORD };
}
