/** Scripts of every kind, and what they read. */
import type { Script } from "../../src/index.ts";
import { and, append, duplicate, group, input, or, output, pipe, sequence, stage, to } from "./build.ts";

/** What prints what is in each file. */
const show = (...files: readonly string[]): Script => stage(...files.flatMap((file) => ["show", file]));
const say = (text: string, ...more: readonly string[]): Script => stage("say", text, ...more);

/** By name, scripts and what they read. */
export const SCRIPTS: Readonly<Record<string, readonly [script: Script, stdin?: string]>> = {
  "one command": [stage("say", "a", "warn", "b", "exit", "3")],
  "and, when both succeed": [and(say("a"), say("b"))],
  "and, when the first fails": [and(say("a", "exit", "4"), say("b"))],
  "and, when the second fails": [and(say("a"), say("b", "return", "5"))],
  "or, when both fail": [or(say("a", "exit", "1"), say("b", "exit", "2"))],
  "or, when the first succeeds": [or(say("a"), say("b"))],
  "a sequence with failures": [sequence(say("a", "exit", "1"), say("b"), say("c", "return", "7"))],
  "and behind or": [and(or(stage("exit", "1"), say("a")), say("b"))],
  "or behind and": [or(and(stage("exit", "1"), say("a")), say("b"))],
  "a pipe of three": [pipe(say("ab"), stage("double"), stage("copy", "say", "end"))],
  "a pipe whose first fails": [pipe(say("a", "exit", "3"), stage("copy"))],
  "a pipe whose middle fails": [pipe(say("a"), stage("copy", "exit", "3"), stage("copy"))],
  "a pipe whose last fails": [pipe(say("a"), stage("copy"), stage("copy", "exit", "3"))],
  "ten stages": [pipe(say("a"), ...Array.from({ length: 9 }, () => stage("double")), stage("count"))],
  "a stage that never reads": [pipe(say("a"), say("b"))],
  "a stage that closes its output early": [pipe(stage("say", "a", "close", "1", "warn", "closed"), stage("copy"))],
  "a stage without standard streams": [pipe(stage(), stage("exit", "0"), stage("count"))],
  "empty input": [pipe(stage("copy"), stage("count"))],
  "input for the first alone": [sequence(stage("copy"), stage("count")), "hello\n"],
  "an input that two share": [sequence(stage("head", "1", "say", "-"), stage("copy")), "one\ntwo\nthree\n"],
  "a pipe that two share": [pipe(say("1\n2\n3"), group(sequence(stage("head", "1", "say", "-"), stage("copy"))))],
  "what two write into a pipe": [pipe(group(sequence(say("a"), say("b", "exit", "1"), say("c"))), stage("double"))],
  "a pipe within a pipe": [pipe(group(pipe(say("a"), stage("double"))), group(pipe(stage("double"), stage("double"))), stage("count"))],
  "pipes joined by and": [and(pipe(say("a"), stage("double")), pipe(say("b"), stage("copy", "exit", "2")))],
  "a file that is written and read": [sequence(to(stage("say", "x"), output("f")), to(stage("double"), input("f")))],
  "a file that is written over": [sequence(to(stage("say", "long line"), output("f")), to(stage("say", "x"), output("f")), show("f"))],
  "a file that is appended to": [sequence(to(stage("say", "x"), append("f")), to(stage("say", "y"), append("f")), show("f"))],
  "a program that writes the file itself": [
    sequence(stage("put", "f", "x"), to(stage("say", "y"), append("f")), stage("add", "f", "z"), show("f")),
  ],
  "two outputs to one file": [sequence(to(stage("say", "o", "warn", "e", "say", "p"), output("f"), duplicate("stderr")), show("f"))],
  "two outputs in the other order": [sequence(to(stage("say", "o", "warn", "e"), duplicate("stderr"), output("f")), show("f"))],
  "outputs that change places": [to(stage("say", "o", "warn", "e"), duplicate("stdout"))],
  "errors into a pipe": [pipe(to(stage("say", "o", "warn", "e"), duplicate("stderr")), stage("double"))],
  "errors into a file": [
    sequence(to(stage("say", "o", "warn", "e"), output("f", "stderr")), to(stage("warn", "f"), append("f", "stderr")), show("f")),
  ],
  "two redirections of one stream": [sequence(to(stage("say", "o"), output("f"), output("g")), show("f", "g"))],
  "a redirection of a pipe's stage": [sequence(pipe(to(stage("say", "o"), output("f")), stage("count")), show("f"))],
  "a redirection of a pipe's input": [sequence(stage("put", "f", "x"), pipe(say("o"), to(stage("double"), input("f"))))],
  "a group's redirections": [sequence(group(sequence(say("a"), say("b", "warn", "c")), output("f"), duplicate("stderr")), show("f"))],
  "a group's input": [sequence(stage("put", "f", "x\ny"), group(sequence(stage("head", "1", "say", "-"), stage("copy")), input("f")))],
  "two outputs that write over each other": [sequence(to(stage("say", "abc", "warn", "d"), output("f"), output("f", "stderr")), show("f"))],
  "an output that others write over": [
    sequence(group(sequence(say("a"), to(stage("say", "bc"), output("f")), say("d")), output("f")), show("f")),
  ],
  "an input that grows": [
    sequence(stage("put", "f", "x"), group(sequence(stage("copy"), stage("add", "f", "y"), stage("copy")), input("f"))),
  ],
  nowhere: [sequence(to(stage("say", "o", "warn", "e"), output("/dev/null")), to(stage("count"), input("/dev/null")))],
  "an input that is not there": [or(to(stage("say", "a"), input("missing")), say("b"))],
  "an input that is not there, last": [sequence(say("a"), to(stage("say", "b"), input("missing")))],
  "an output that cannot be": [sequence(to(stage("say", "a"), output("missing/f")), say("b"))],
  "an output that is a directory": [to(stage("say", "a"), output("."))],
  "a failure told where errors go": [sequence(to(stage("say", "a"), output("f", "stderr"), input("missing")), show("f"))],
  "a failure before another file": [sequence(to(stage("say", "a"), input("missing"), output("f")), stage("show", "f"))],
  "a group that cannot begin": [and(group(say("a"), input("missing")), say("b"))],
  "a pipe whose first cannot begin": [pipe(to(stage("say", "a"), input("missing")), stage("count"))],
  "variables of one command": [
    sequence(
      {
        ...stage("var", "A", "var", "B"),
        env: [
          ["A", "1"],
          ["B", "x y"],
          ["A", "2"],
        ],
      },
      stage("var", "A"),
    ),
  ],
  "words of any kind": [pipe(say("a  b\t'\"$HOME\\ *ü\n"), stage("copy"))],
  "writers to stderr in order": [sequence(stage("warn", "1", "say", "o"), pipe(stage("warn", "2"), stage("copy")), stage("warn", "3"))],
  "binary data": [pipe(stage("make", "100000"), stage("copy"), stage("double"), stage("count"))],
};
