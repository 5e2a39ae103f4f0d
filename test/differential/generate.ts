/**
 * Sequences of operations by chance. Few names, few slots and sizes around the edges of blocks make them collide:
 * files are renamed, linked, replaced and unlinked while they are open, directories while they are read.
 */

import { randomOf, type Random } from "./random.ts";
import { TEMPLATES, type Sequence } from "./sequence.ts";

/** Those of the templates; one has many more, which are to be met too. */
const NAMES = ["a", "b", "c", "d"];
const MORE_NAMES = ["f0", "f99", "f199", "g"];
const SIZES = [0, 1, 10, 100, 511, 512, 4095, 4096, 4097, 5000, 8191, 8192, 10_000, 12_288, 16_384, 20_000];
const SLOTS = 6;
/** Longer than any name may be, and as long. */
const LONG_NAMES = ["n".repeat(256), "n".repeat(255)];

/** Some more often than others, so that they are open and worked on. */
const slot = (random: Random): number => random.below(random.chance(0.7) ? SLOTS / 2 : SLOTS);

const name = (random: Random): string =>
  random.pick(
    random.weighted([
      [950, NAMES],
      [48, MORE_NAMES],
      [2, LONG_NAMES],
    ]),
  );

/** Ways to write a path that ends in, or goes through, more than names. */
const DECORATIONS: readonly ((path: string, random: Random) => string)[] = [
  (path) => `${path}/`,
  (path) => `${path}/.`,
  (path) => `./${path}`,
  (path) => path.replace("/", "//"),
  (path, random) => `${path}/../${name(random)}`,
  (path) => `${path}/..`,
  () => "''",
  () => ".",
];

function path(random: Random): string {
  const depth = random.weighted([
    [9, 1],
    [9, 2],
    [3, 3],
    [1, 4],
  ]);
  const plain = Array.from({ length: depth }, () => name(random)).join("/");
  const decorated = random.chance(0.04) ? random.pick(DECORATIONS)(plain, random) : plain;
  if (decorated === "''") return decorated;
  return random.weighted([
    [18, decorated],
    [2, `@${slot(random)}/${decorated}`],
    [1, `~/${decorated}`],
  ]);
}

/** For functions that take no descriptor. */
const plainPath = (random: Random): string => path(random).replace(/^@.\//, "");

const target = (random: Random): string => {
  const inner = path(random).replace(/^(@.|~)\//, "");
  return random.chance(0.15) && inner !== "''" ? `../${inner}` : inner;
};

const size = (random: Random): number =>
  random.pick(
    random.weighted([
      [980, SIZES],
      [18, [100_000]],
      [2, [1_000_000]],
    ]),
  );
const time = (random: Random): string => random.pick(["now", "omit", String(random.below(1_500_000_000))]);
const seed = (random: Random): number => random.below(250);

function openFlags(random: Random): string {
  if (random.chance(0.15)) return random.pick(["rd", "rdn", "rn", "wd", "rwd"]);
  const access = random.pick(["r", "w", "rw", "rw", "rw"]);
  // To truncate what one may only read, and to ask for exclusion without creation, is undefined.
  const create = random.weighted([
    [3, ""],
    [6, "c"],
    [2, "cx"],
  ]);
  const truncate = access !== "r" && random.chance(0.2) ? "t" : "";
  const append = access !== "r" && random.chance(0.15) ? "a" : "";
  return `${access}${create}${truncate}${append}${random.chance(0.1) ? "n" : ""}`;
}

/** How often each operation comes, and its words. */
const OPERATIONS: readonly (readonly [weight: number, write: (random: Random) => string])[] = [
  [120, (r) => `o ${slot(r)} ${path(r)} ${openFlags(r)}`],
  [25, (r) => `c ${slot(r)}`],
  [30, (r) => `r ${slot(r)} ${size(r)}`],
  [20, (r) => `R ${slot(r)} ${size(r)} ${size(r)}`],
  [50, (r) => `w ${slot(r)} ${size(r)} ${seed(r)}`],
  [40, (r) => `W ${slot(r)} ${size(r)} ${size(r)} ${seed(r)}`],
  [25, (r) => `k ${slot(r)} ${r.pick([size(r), -size(r)])} ${r.pick(["s", "c", "e"])}`],
  [20, (r) => `t ${slot(r)} ${r.chance(0.03) ? -1 : size(r)}`],
  [10, (r) => `T ${plainPath(r)} ${size(r)}`],
  [10, (r) => `f ${slot(r)}`],
  [15, (r) => `s ${path(r)}`],
  [15, (r) => `l ${path(r)}`],
  [50, (r) => `m ${path(r)}`],
  [40, (r) => `d ${path(r)}`],
  [40, (r) => `u ${path(r)}`],
  [70, (r) => `v ${path(r)} ${path(r)}`],
  [40, (r) => `h ${path(r)} ${path(r)}`],
  [30, (r) => `y ${path(r)} ${target(r)}`],
  [10, (r) => `p ${path(r)}`],
  [10, (r) => `g ${path(r)}`],
  [10, (r) => `G ${slot(r)}`],
  [10, (r) => `i ${path(r)} ${time(r)} ${time(r)}`],
  [10, (r) => `j ${path(r)} ${time(r)} ${time(r)}`],
  [10, (r) => `I ${slot(r)} ${time(r)} ${time(r)}`],
  [5, (r) => `a ${path(r)}`],
  [5, (r) => `z ${slot(r)} ${r.below(2)}`],
  [5, (r) => `q ${slot(r)}`],
  [3, (r) => `Q ${slot(r)} ${r.below(2)}`],
  [4, (r) => `D ${slot(r)} ${slot(r)}`],
  [8, (r) => `b ${r.below(2)} ${plainPath(r)}`],
  [16, (r) => `n ${r.below(2)} ${r.below(30)}`],
  [3, (r) => `B ${r.below(2)}`],
  [6, (r) => `E ${r.below(2)}`],
];

/** What seldom comes together by itself. */
const SCENES: readonly ((random: Random) => readonly string[])[] = [
  // In a directory that is gone.
  (r) => {
    const [at, directory] = [slot(r), name(r)];
    const ways = [`d ${directory}`, `v ${name(r)} ${directory}`, `v ${directory} ${path(r)}`];
    const inside = `@${at}/${name(r)}`;
    const other = path(r);
    const deeds = [`o ${slot(r)} ${inside} rwc`, `m ${inside}`, `y ${inside} a`, `h ${other} ${inside}`, `v ${other} ${inside}`];
    return [
      `o ${slot(r)} ${other} rwc`,
      `m ${directory}`,
      `o ${at} ${directory} rd`,
      r.pick(ways),
      r.pick(deeds),
      r.pick(deeds),
      `G ${at}`,
    ];
  },
  // In a directory that is read meanwhile, of many entries in one template.
  (r) => {
    const [stream, directory] = [r.below(2), r.pick(["a", name(r)])];
    const inner = (): string => `${directory}/${r.pick(["a", "b", "new", `f${r.below(200)}`])}`;
    const deeds = Array.from({ length: r.below(6) }, () =>
      r.pick([`u ${inner()}`, `v ${inner()} ${inner()}`, `v ${inner()} ${name(r)}`, `o ${slot(r)} ${inner()} wc`, `m ${inner()}`]),
    );
    return [`b ${stream} ${directory}`, `n ${stream} ${r.below(150)}`, ...deeds, `n ${stream} ${r.below(150)}`, `E ${stream}`];
  },
  // What was cut off may not come back.
  (r) => {
    const at = slot(r);
    return [`W ${at} ${size(r)} ${size(r)} ${seed(r)}`, `t ${at} ${size(r)}`, `t ${at} ${size(r)}`, `R ${at} 20000 0`];
  },
  // Contents without a name.
  (r) => {
    const [at, file] = [slot(r), name(r)];
    return [`o ${at} ${file} rw`, `u ${file}`, `o ${slot(r)} ${file} rwc`, `W ${at} ${size(r)} ${size(r)} ${seed(r)}`, `R ${at} 20000 0`];
  },
];

/** Some in two file systems, most in one, with which more happens. */
function operations(random: Random, length: number): readonly string[] {
  const lines: string[] = [];
  while (lines.length < length) lines.push(...(random.chance(0.04) ? random.pick(SCENES)(random) : [random.weighted(OPERATIONS)(random)]));
  lines.length = length;
  return random.chance(0.2) ? lines : lines.map((line) => line.replaceAll("~/", ""));
}

/** The same sequences for the same seed. */
export function generate(seed: number, count: number, length: number): readonly Sequence[] {
  const random = randomOf(seed);
  return Array.from({ length: count }, (_, i) => ({
    template: i % TEMPLATES.length,
    // To look at everything all the time might itself change what a later operation finds, and does so to directories
    // that are being read.
    level: random.weighted([
      [2, 0],
      [2, 1],
      [5, 2],
    ] as const),
    operations: operations(random, length),
  }));
}
