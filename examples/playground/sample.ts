/** The files that the page offers to search. */
import type { Directory, Entry } from "wasi-nest";

const file = (text: string): Entry => ({ kind: "file", contents: new TextEncoder().encode(text) });

export const sample: Directory = {
  kind: "directory",
  entries: new Map([
    [
      "main.c",
      file(`#include <stdio.h>

int main(int argc, char **argv) {
  /* TODO: read names from a file */
  for (int i = 1; i < argc; i++) printf("hello, %s\\n", argv[i]);
  return 0;
}
`),
    ],
    ["notes", { kind: "directory", entries: new Map([["plan.md", file("# Plan\n\n- a greeting: done\n- TODO: tests\n")]]) }],
  ]),
};

export const SAMPLE_ARGS = ["--sort", "path", "-n", "TODO", "/src"];
