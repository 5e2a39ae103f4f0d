/** The files that the guests of test/guests/rust want at /data. */

import { mkdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";

export const PATTERN_LENGTH = 300_007;

/** What test/guests/rust/support has under that name. */
export const pattern = (offset: number): number => (offset * 131 + (offset >> 9)) & 255;

export async function makeData(folder: string): Promise<void> {
  const at = (name: string): string => path.join(folder, name);
  await mkdir(at("folder/deep"), { recursive: true });
  await mkdir(at("crowd"));
  await writeFile(at("greeting.txt"), "Guten Morgen\n");
  await writeFile(at("grüße.txt"), "umlauts\n");
  await writeFile(at("nothing"), "");
  await writeFile(
    at("pattern.bin"),
    Uint8Array.from({ length: PATTERN_LENGTH }, (_, offset) => pattern(offset)),
  );
  await writeFile(at("folder/inner.txt"), "further in\n");
  for (let number = 1000; number < 1300; number++) await writeFile(at(`crowd/member-${number}`), "");
  await symlink("greeting.txt", at("to-greeting"));
  await symlink("folder", at("to-folder"));
  await symlink("nowhere", at("folder/to-nowhere"));
  await symlink("round", at("round"));
}

/** What `reading` prints for each of its sections. */
export const READING: Readonly<Record<string, string>> = {
  pieces: `greeting.txt by 1: "Guten Morgen\\n" ok
greeting.txt by 2: "Guten Morgen\\n" ok
greeting.txt by 5: "Guten Morgen\\n" ok
greeting.txt by 1000: "Guten Morgen\\n" ok
pattern.bin by 1023: 300007 true ok
pattern.bin by 4096: 300007 true ok
pattern.bin by 65536: 300007 true ok
pattern.bin by 10000000: 300007 true ok
nothing: 0 ok
`,
  offsets: `from 1: 300006 true ok
from 65536: 234471 true ok
from 300006: 1 true ok
from 300007: 0 true ok
from 300008: 0 true ok
from 2199023255552: 0 true ok
700 bytes from 7, one at a time: 700 true
and the rest: ok
`,
  drops: `dropped after 20 bytes: true ok
dropped before a byte: ok
the future dropped first: 300007 true
the descriptor dropped first: 300007 true ok
left open: 10
`,
  cancels: `cancelled 60 times: 300007 true ok
`,
  turns: `left: 300007 true ok
right: 200007 true ok
`,
  lists: `/data: crowd directory, folder directory, greeting.txt file, grüße.txt file, nothing file, pattern.bin file, round link, to-folder link, to-greeting link ok
folder: deep directory, inner.txt file, to-nowhere link ok
crowd: 300 true ok
`,
  "wrong-kinds": `a file as a directory: 0 NotDirectory
a directory as a file: 0 IsDirectory
`,
  "partial-lists": `a part of crowd: true ok
nothing of crowd: ok
crowd without its future: 300
`,
  opens: `open "greeting.txt": file
open "./greeting.txt": file
open "folder/inner.txt": file
open "folder/./deep/..//inner.txt": file
open "folder/../greeting.txt": file
open ".": directory
open "folder/": directory
open "": NoEntry
open "greeting.txt/": NotDirectory
open "greeting.txt/below": NotDirectory
open "absent": NoEntry
open "absent/below": NoEntry
open "..": NotPermitted
open "../greeting.txt": NotPermitted
open "folder/../..": NotPermitted
open "/greeting.txt": NotPermitted
open "to-greeting": file
open "to-folder/inner.txt": file
open "folder/to-nowhere": NoEntry
open "round": Loop
open "GREETING.TXT": NoEntry
open "grüße.txt": file
greeting.txt: as a directory NotDirectory, without following ok
folder: as a directory ok, without following ok
to-greeting: as a directory NotDirectory, without following Loop
to-folder: as a directory ok, without following Loop
absent: as a directory NoEntry, without following NoEntry
below folder: "further in\\n", above it: NotPermitted
`,
  stats: `stat greeting.txt followed: file 13
stat greeting.txt itself: file 13
stat pattern.bin followed: file 300007
stat pattern.bin itself: file 300007
stat nothing followed: file 0
stat nothing itself: file 0
stat to-greeting followed: file 13
stat to-greeting itself: link 12
stat folder/to-nowhere followed: NoEntry
stat folder/to-nowhere itself: link 7
stat absent followed: NoEntry
stat absent itself: NoEntry
stat greeting.txt/below followed: NotDirectory
stat greeting.txt/below itself: NotDirectory
readlink to-greeting: greeting.txt
readlink folder/to-nowhere: nowhere
readlink greeting.txt: Invalid
readlink folder: Invalid
readlink absent: NoEntry
same: true false
hash: true true false
flags: DescriptorFlags(READ)
sync: ok ok
`,
};

/** The sections of `reading` that jco with preview3-shim 0.7 does not do with a directory of the host's, and why. */
export const NOT_ON_JCO: Readonly<Record<string, string>> = {
  drops: "the future of a stream that is dropped early never resolves",
  "partial-lists": "the future of a stream that is dropped early never resolves",
  turns: "two streams of one descriptor mix up their bytes",
  "wrong-kinds": "read-directory of a file ends the process",
  opens: "a path of a file may end with `/`",
};
