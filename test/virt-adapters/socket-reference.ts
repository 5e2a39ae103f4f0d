/** What socket rules are to allow, in numbers of any length; and addresses near to those of rules, by chance. */
import type { Random } from "../differential/random.ts";
import { mapped, type Words } from "./sockets.ts";

export function isAllowed(rules: readonly string[], kind: string, words: Words, port: number): boolean {
  const bits = (list: Words, each: bigint): bigint => list.reduce((sum, word) => (sum << each) | BigInt(word), 0n);
  const number = bits(words.length === 4 ? mapped(words) : words, 16n);
  return rules.some((rule) => {
    const [, of, address = "", length, wanted] = /^(\w+):(.*?)(?:\/(\d+))?:([^:]*)$/.exec(rule) ?? [];
    if (of !== kind || (wanted !== "*" && Number(wanted) !== port)) return false;
    if (address === "*") return true;
    const is4 = !address.startsWith("[");
    const start = is4 ? (0xffffn << 32n) | bits(address.split(".").map(Number), 8n) : longOf(address.slice(1, -1));
    const ignored = BigInt((is4 ? 32 : 128) - Number(length ?? (is4 ? 32 : 128)));
    return number >> ignored === start >> ignored;
  });
}

function longOf(text: string): bigint {
  const [head = "", tail = ""] = text.split("::");
  const [first, last] = [head, tail].map((part) => part.split(":").filter((word) => word !== "")) as [string[], string[]];
  const all = text.includes("::") ? [...first, ...Array<string>(8 - first.length - last.length).fill("0"), ...last] : first;
  return BigInt(`0x${all.map((word) => word.padStart(4, "0")).join("")}`);
}

export function randomAddress({ pick, below, chance }: Random): Words {
  const near = [
    ...[
      [10, 63, 255, 255],
      [10, 64, 0, 0],
      [192, 168, 1, 127],
      [192, 168, 1, 128],
      [1, 2, 3, 4],
      [8, 8, 8, 8],
      [127, 255, 255, 255],
    ],
    ...[
      [0x2001, 0xdb8, 0x7fff, 0, 0, 0, 0, 1],
      [0x2001, 0xdb8, 0x8000, 0, 0, 0, 0, 1],
      [0xfd00, 0, 0, 0, 0, 0, 0, 1],
      [0, 0, 0, 0, 0, 0, 0, 1],
    ],
    ...[
      [0xfebf, 0xffff, 0, 0, 0, 0, 0, 0],
      [0xfec0, 0, 0, 0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0, 0xfffe, 0x0a00, 1],
    ],
  ];
  const words = [...pick(near)];
  if (chance(0.5)) words[below(words.length)] = below(words.length === 4 ? 256 : 65536);
  return words.length === 4 && chance(0.5) ? mapped(words) : words;
}
