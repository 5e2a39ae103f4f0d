/** The tester itself: it finds what differs and nothing else. */

import { describe, expect, test } from "vitest";
import { wasmtimeAvailable } from "../hosts/wasmtime.ts";
import { ACCEPTED, acceptedAs } from "./accepted.ts";
import { answersOf, compare, countOf } from "./compare.ts";
import { underWasmtime } from "./components.ts";
import { expectNoDifference } from "./expect-no-difference.ts";
import { COMPILER_MISSING, linux, referenceAvailable, type FileSystem } from "./file-systems.ts";
import { generate } from "./generate.ts";
import { shrink, tell } from "./shrink.ts";

describe.skipIf(!referenceAvailable())(`the tester (${COMPILER_MISSING})`, () => {
  test("finds no difference between two directories of this machine", async () => {
    const sequences = generate(1, 36, 100);
    expect(countOf(sequences)).toBe(3600);
    expect(await compare(sequences, await linux(), await linux())).toEqual([]);
  });

  test("does as differently as it can: every operation succeeds and fails somewhere", async () => {
    const sequences = generate(2, 120, 100).map((sequence) => ({ ...sequence, level: 0 as const }));
    const outcomes = new Set<string>();
    const faithful = await linux();
    const spy: FileSystem = {
      ...faithful,
      run: async (script) => {
        const output = await faithful.run(script);
        const operations = script.split("\n").filter((line) => line !== "" && !line.startsWith("<"));
        const results = output.split("\n").filter((line) => !/^(end|removed )/.test(line));
        for (const [i, operation] of operations.entries()) {
          const [letter, result = ""] = [operation.charAt(0), results[i]];
          outcomes.add(`${letter} ${result}`);
          if (result !== "-") outcomes.add(`${letter} ${/^E[A-Z]/.test(result) ? "fails" : "succeeds"}`);
        }
        return output;
      },
    };
    await compare(sequences, spy, faithful);
    expect(outcomes).toContain("E each once");
    for (const letter of "orRwWkTsldvhypgijbatumQG") expect(outcomes).toContain(`${letter} succeeds`);
    for (const letter of "orRwWkTsldvhypgijbatum") expect(outcomes).toContain(`${letter} fails`);
  });

  const FAULTS: readonly {
    readonly name: string;
    readonly plant: (faithful: FileSystem) => FileSystem["run"];
  }[] = [
    {
      name: "an error code",
      plant:
        ({ run }) =>
        async (...args) =>
          (await run(...args)).replaceAll("ENOTEMPTY", "EEXIST"),
    },
    {
      name: "a size",
      plant:
        ({ run }) =>
        (script, verbose) =>
          run(script.replaceAll(/^t (\d) (\d{4})$/gm, "t $1 1$2"), verbose),
    },
    {
      name: "an operation that does nothing after another",
      plant:
        ({ run }) =>
        (script, verbose) =>
          run(script.replaceAll(/^(o 0 \S+ \w*c\n(?:[^=].*\n)*?)v .*$/gm, "$1a ."), verbose),
    },
    {
      name: "a trap",
      plant:
        ({ run }) =>
        async (...args) =>
          (await run(...args)).replace(/^ENOTEMPTY.*\n[^]*/m, "the host ended"),
    },
  ];

  test.each(FAULTS)("finds a planted fault and makes its sequence short: $name", async ({ plant }) => {
    const faithful = await linux();
    const faulty: FileSystem = { name: "faulty", run: plant(faithful) };
    const [found] = await compare(generate(3, 60, 100), faithful, faulty);
    if (found === undefined) throw new Error("found nothing");
    const shortest = await shrink(found, faithful, faulty);
    expect(shortest.sequence.operations.length).toBeLessThanOrEqual(4);
    const told = await tell(shortest, faithful, faulty);
    expect(told).toContain(`${shortest.operation}: Linux says`);
    expect(told).toContain(shortest.sequence.operations.join("\n"));
  });
});

describe.skipIf(!referenceAvailable())(`the message (${COMPILER_MISSING})`, () => {
  const made = { kind: "an overlay", seed: 3, count: 6, length: 100 };

  test("begins with the kind of file system and the seed that repeats it", async () => {
    const faithful = await linux();
    const faulty = { ...faithful, run: async (script: string) => (await faithful.run(script)).replaceAll("ENOENT", "EEXIST") };
    await expect(expectNoDifference(made, faithful, faulty)).rejects.toThrow(
      /^an overlay, seed 3: 6 sequences of 6 differ\. .*: Linux says ENOENT/,
    );
  });

  test("begins with them if a file system does not run at all, too", async () => {
    const broken: FileSystem = { name: "broken", run: () => Promise.reject(new Error("it ended with 1")) };
    await expect(expectNoDifference(made, await linux(), broken)).rejects.toThrow(/^an overlay, seed 3: it ended with 1$/);
  });
});

describe.skipIf(!referenceAvailable() || !wasmtimeAvailable())(`accepted differences (${COMPILER_MISSING})`, () => {
  const examples = ACCEPTED.map(({ example }) => example);

  test("are what Linux says, and those of the toolchain are those of the host's directories", { timeout: 600_000 }, async () => {
    const linuxSays = await answersOf(examples, await linux());
    const wasmtimeSays = await answersOf(examples, await underWasmtime());
    for (const [i, { by, linux, ours, reason }] of ACCEPTED.entries()) {
      expect(linuxSays[i], reason).toMatch(linux);
      if (by === "toolchain") expect(wasmtimeSays[i], reason).toMatch(ours);
    }
  });

  test("are accepted only if all that is to be seen of the files is the same", () => {
    expect(acceptedAs("r 0 10", "EISDIR\t12345678", "EBADF\t12345678")).toBe("a difference");
    expect(acceptedAs("r 0 10", "EISDIR\t12345678", "EBADF\t12345679")).toBeUndefined();
    expect(acceptedAs("w 0 10 1", "EISDIR\t12345678", "EBADF\t12345678")).toBeUndefined();
  });
});
