/** Who waits at a terminal is told what takes long, in one line that goes away again. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Progress } from "../../src/cli/progress.ts";

vi.mock("../../src/cli/terminal.ts", async (original) => ({ ...(await original<object>()), isTerminal: () => true }));

let written: string[];
beforeEach(() => {
  written = [];
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.stubGlobal("process", { stderr: { columns: 12, write: (text: string) => written.push(text) } });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a note is shown when the work takes long, cut to the terminal's width", () => {
  const progress = new Progress(true);
  progress.note("reading");
  expect(written).toEqual([]);
  vi.advanceTimersByTime(1001);
  progress.note("reading a file with a long name");
  expect(written).toEqual(["\r\x1b[Kreading a f"]);
});

test("what takes long is announced at once, and cleared", () => {
  const progress = new Progress(true);
  progress.announce("making");
  progress.clear();
  progress.clear();
  expect(written).toEqual(["\r\x1b[Kmaking", "\r\x1b[K"]);
});

test("nobody is told who does not want to know", () => {
  const progress = new Progress(false);
  progress.announce("making");
  progress.clear();
  expect(written).toEqual([]);
});

test("a terminal that does not know its width gets a line", () => {
  process.stderr.columns = 0;
  new Progress(true).announce("x".repeat(100));
  expect(written).toEqual([`\r\x1b[K${"x".repeat(79)}`]);
});
