/** wasi:cli/environment as the environment adapter answers it. */

import { describe, expect, test } from "vitest";
import { environmentCore } from "../../src/adapters/prebuilt.ts";
import { type EnvironmentOptions, environmentImage } from "../../src/image/environment-image.ts";
import { REFUSED_ENV_DENIED, REFUSED_ENV_REPLACED, REFUSED_ENV_UNNAMED } from "../../src/image/trace-layout.ts";
import { Adapter } from "./harness.ts";

const HOST_VARIABLES = [
  ["HOME", "/root"],
  ["PATH", "/bin"],
  ["EMPTY", ""],
  ["HOM", "short"],
];

class Environment {
  readonly #adapter: Adapter;
  /** What was told: the kind of a line, and the pieces with slashes between them. */
  readonly told: string[] = [];

  constructor(options: Partial<EnvironmentOptions>, hostVariables: readonly (readonly string[])[] = HOST_VARIABLES) {
    const image = environmentImage({
      variables: [],
      arguments: [],
      cwd: undefined,
      host: { kind: "none" },
      ...options,
    });
    const give = (strings: readonly string[], count: number, result: number): void => {
      const table = this.#adapter.allocate(4, strings.length * 8);
      for (const [index, text] of strings.entries()) this.#write(table + index * 8, ...this.#adapter.lower(text));
      this.#write(result, table, count);
    };
    this.#adapter = new Adapter(environmentCore, image, {
      "wasi:cli/environment#get-environment": (result: number) => give(hostVariables.flat(), hostVariables.length, result),
      "wasi-nest:trace/refused#tell": (kind: number, _number: number, ...pieces: number[]) => {
        const [name, pattern] = [0, 2].map((i) => Buffer.from(this.#adapter.bytesAt(pieces[i] ?? 0, pieces[i + 1] ?? 0)).toString());
        this.told.push(`${kind} ${name}/${pattern}`);
      },
      "wasi:cli/environment#get-arguments": (result: number) => give(["app", "x"], 2, result),
      "wasi:cli/environment#initial-cwd": (result: number) => {
        this.#adapter.view.setUint8(result, 1);
        this.#write(result + 4, ...this.#adapter.lower("/host"));
      },
    });
  }

  #write(at: number, ...words: readonly number[]): void {
    for (const [index, word] of words.entries()) this.#adapter.view.setUint32(at + index * 4, word, true);
  }

  #strings(at: number, stringsEach: number): readonly string[] {
    const table = this.#adapter.view.getUint32(at, true);
    const count = this.#adapter.view.getUint32(at + 4, true);
    return Array.from({ length: count * stringsEach }, (_, index) => this.#adapter.textAt(table + index * 8));
  }

  variables(variant = ""): readonly (readonly string[])[] {
    const name = `cli_environment__get_environment${variant}`;
    const flat = this.#adapter.call(name, [], (at) => this.#strings(at, 2));
    return Array.from({ length: flat.length / 2 }, (_, index) => flat.slice(index * 2, index * 2 + 2));
  }

  arguments(variant = ""): readonly string[] {
    return this.#adapter.call(`cli_environment__get_arguments${variant}`, [], (at) => this.#strings(at, 1));
  }

  cwd(variant = ""): string | undefined {
    return this.#adapter.call(`cli_environment__initial_cwd${variant}`, [], (at) =>
      this.#adapter.view.getUint8(at) === 0 ? undefined : this.#adapter.textAt(at + 4),
    );
  }
}

describe("without a host", () => {
  test("nothing given: nothing there", () => {
    const environment = new Environment({});
    expect(environment.variables()).toEqual([]);
    expect(environment.arguments()).toEqual([]);
    expect(environment.cwd()).toBeUndefined();
  });

  test("everything is as it was given, in its order", () => {
    const variables = [
      ["LIST", "a,b"],
      ["EQUALS", "x=y"],
      ["LINES", "1\n2"],
      ["EMPTY", ""],
      ["ÜMLAUT", "\u{1F600}"],
    ] as const;
    const args = ["app", "", "/src/main.ts", "a b"];
    const environment = new Environment({ variables, arguments: args, cwd: "/src" });
    expect(environment.variables()).toEqual(variables);
    expect(environment.arguments()).toEqual(args);
    expect(environment.cwd()).toBe("/src");
  });

  test("an empty working directory is one", () => {
    expect(new Environment({ cwd: "" }).cwd()).toBe("");
  });
});

describe("with a host", () => {
  const variables = [
    ["PATH", "/fixed"],
    ["NEW", "1"],
  ] as const;

  test("all of its variables pass, but for those that are fixed", () => {
    const environment = new Environment({ variables, host: { kind: "all" } });
    expect(environment.variables("__host")).toEqual([
      ["PATH", "/fixed"],
      ["NEW", "1"],
      ["HOME", "/root"],
      ["EMPTY", ""],
      ["HOM", "short"],
    ]);
  });

  test("only those that are named pass, by their whole name", () => {
    const host = { kind: "named", names: ["HOME", "PATH", "ABSENT"] } as const;
    expect(new Environment({ variables, host }).variables("__host")).toEqual([...variables, ["HOME", "/root"]]);
    expect(new Environment({ host }).variables("__host")).toEqual([
      ["HOME", "/root"],
      ["PATH", "/bin"],
    ]);
  });

  test("none pass if the list of names is empty", () => {
    const host = { kind: "named", names: [] } as const;
    expect(new Environment({ host }).variables("__host")).toEqual([]);
    expect(new Environment({ variables, host }).variables("__host")).toEqual(variables);
  });

  test("a host without variables leaves the fixed ones", () => {
    expect(new Environment({ variables, host: { kind: "all" } }, []).variables("__host")).toEqual(variables);
  });

  test("many variables pass, and asking again gives the same", () => {
    const many = Array.from({ length: 5000 }, (_, index) => [`V${index}`, "x".repeat(100)]);
    const environment = new Environment({ host: { kind: "all" } }, many);
    expect(environment.variables("__host")).toEqual(many);
    expect(environment.variables("__host")).toEqual(many);
  });

  const rules = (rules: Partial<EnvironmentOptions["host"]>, fixed: EnvironmentOptions["variables"] = []): readonly (readonly string[])[] =>
    new Environment({ variables: fixed, host: { kind: "all", ...rules } as EnvironmentOptions["host"] }).variables("__rules");

  test("patterns let pass what they are like, as a whole and in its case", () => {
    const passing = (...names: readonly string[]): readonly string[] => rules({ kind: "named", names }).map(([name = ""]) => name);
    expect(passing("H*")).toEqual(["HOME", "HOM"]);
    expect(passing("*M*")).toEqual(["HOME", "EMPTY", "HOM"]);
    expect(passing("HOM", "home", "*x", "P*T")).toEqual(["HOM"]);
    expect(passing("H**E", "*P*T*")).toEqual(["HOME", "PATH", "EMPTY"]);
    expect(passing("*")).toEqual(["HOME", "PATH", "EMPTY", "HOM"]);
  });

  test("what is kept back is so, also if it is allowed by its whole name", () => {
    expect(rules({ denied: ["HO*"] })).toEqual([
      ["PATH", "/bin"],
      ["EMPTY", ""],
    ]);
    expect(rules({ kind: "named", names: ["HOME", "PATH"], denied: ["*A*"] })).toEqual([["HOME", "/root"]]);
  });

  test("a renamed one has its new name alone, and takes that from another one of the host's", () => {
    expect(rules({ renames: [["HOME", "H"]] })).toEqual([
      ["H", "/root"],
      ["PATH", "/bin"],
      ["EMPTY", ""],
      ["HOM", "short"],
    ]);
    expect(rules({ renames: [["HOME", "PATH"]] })).toEqual([
      ["PATH", "/root"],
      ["EMPTY", ""],
      ["HOM", "short"],
    ]);
    // Whether or not the host has what is renamed.
    expect(rules({ renames: [["ABSENT", "PATH"]] }).map(([name]) => name)).toEqual(["HOME", "EMPTY", "HOM"]);
  });

  test("two can change their names, and fixed ones count before the new names", () => {
    const renames = [
      ["HOME", "PATH"],
      ["PATH", "HOME"],
    ] as const;
    expect(rules({ renames, denied: ["HOM", "E*"] })).toEqual([
      ["PATH", "/root"],
      ["HOME", "/bin"],
    ]);
    expect(rules({ renames, denied: ["HOM", "E*"] }, variables)).toEqual([...variables, ["HOME", "/bin"]]);
  });

  test("a variable is kept back by the host's name, and not by the new one", () => {
    expect(rules({ kind: "named", names: ["HOME"], denied: ["SECRET"], renames: [["HOME", "SECRET"]] })).toEqual([["SECRET", "/root"]]);
  });

  test("each that is kept back is told once, with the first rule that does so", () => {
    const options: Partial<EnvironmentOptions> = {
      variables: [["FIXED", "1"]],
      host: {
        kind: "named",
        names: ["HOM*", "DB_URL", "PATH"],
        denied: ["*X", "PA*", "*TH", "EMPTY"],
        renames: [["DB_URL", "DB"]],
      },
    };
    const environment = new Environment(options, [...HOST_VARIABLES, ["DB", "1"], ["DB_URL", "2"], ["FIXED", "3"], ["", "4"]]);
    const passing = environment.variables("__rules");
    expect(environment.told).toEqual([]);
    expect(environment.variables("__rules__told")).toEqual(passing);
    const told = [
      `${REFUSED_ENV_DENIED} PATH/PA*`,
      `${REFUSED_ENV_UNNAMED} EMPTY/`,
      `${REFUSED_ENV_REPLACED} DB/`,
      `${REFUSED_ENV_UNNAMED} /`,
    ];
    expect(environment.told).toEqual(told);
    expect(environment.variables("__rules__told")).toEqual(passing);
    expect(environment.told).toEqual(told);
  });

  test("its arguments and working directory pass as they are", () => {
    const environment = new Environment({ arguments: ["fixed"], cwd: "/fixed" });
    expect(environment.arguments("__host")).toEqual(["app", "x"]);
    expect(environment.cwd("__host")).toBe("/host");
  });
});
