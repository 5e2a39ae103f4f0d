/** The page: a program, files and settings make a component, which is drawn, offered and run. */
import { inspect, kindOf, virtualize } from "wasi-nest";
import { bytesText } from "../../src/amounts.ts";
import { PRESETS, setControls, settingsOf, watchControls } from "./controls.ts";
import { bytesOf, entriesOf, entriesOfFiles } from "./dropped.ts";
import { MountList } from "./mounts.ts";
import { create, element } from "./page.ts";
import { type Made, showDownload, showPlan, showProblem } from "./plan.ts";
import { clearOutput, run, setRunnable, stop } from "./run.ts";
import { SAMPLE_ARGS, sample } from "./sample.ts";
import { commandText, optionsOf, type Program, wordsOf } from "./settings.ts";

let program: Program | undefined;
const list = new MountList(changed);
let timer: ReturnType<typeof setTimeout> | undefined;

/** Of several changes in quick succession the last one counts. */
function changed(): void {
  clearTimeout(timer);
  timer = setTimeout(compose, 120);
  // What it leads to is of the settings before.
  element("download").removeAttribute("href");
}

function compose(): void {
  clearTimeout(timer);
  timer = undefined;
  let made: Made | undefined;
  try {
    made = program && makeOf(program);
    showProblem(undefined);
  } catch (error) {
    showProblem(error);
  }
  showPlan(made);
  showDownload(made?.bytes);
  setRunnable(made);
}

function makeOf(program: Program): Made {
  const settings = settingsOf(program, list.mounts);
  const { chunks, report } = virtualize(program.bytes, optionsOf(settings));
  const bytes = joined(chunks);
  return { bytes, inspection: inspect(bytes), report, command: commandText(wordsOf(settings)) };
}

function joined(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(chunks.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}

function setProgram(name: string, bytes: Uint8Array): void {
  const kind = kindOf(bytes);
  const what = { component: "a component", "core module": "a core module", other: "not WebAssembly" }[kind];
  program = { name, bytes };
  const about = element("program-about");
  about.className = "given";
  about.replaceChildren(create("code", { textContent: name }), ` ${bytesText(bytes.byteLength)}, ${what}`);
  clearOutput();
  changed();
}

/** None where a text was dropped, or nothing was chosen. */
async function setProgramFile([file, ...more]: FileList): Promise<void> {
  if (more.length > 0) throw new Error("these are several files: one is the program, and the others are dropped on Files");
  if (file !== undefined) setProgram(file.name, await bytesOf(file));
}

/** What goes wrong in it is shown. */
const trying = (action: () => Promise<void>): void => void action().catch(showProblem);

function takesDrops(id: string, take: (data: DataTransfer) => Promise<void>): void {
  const zone = element(id);
  const setOver = (isOver: boolean): void => void zone.classList.toggle("over", isOver);
  zone.addEventListener("dragover", () => setOver(true));
  zone.addEventListener("dragleave", () => setOver(false));
  zone.addEventListener("drop", ({ dataTransfer }) => {
    setOver(false);
    if (dataTransfer !== null) trying(() => take(dataTransfer));
  });
}

function takesChoices(id: string, take: (files: FileList) => Promise<void>): void {
  const input = element<HTMLInputElement>(id);
  input.addEventListener("change", () =>
    trying(async () => {
      if (input.files !== null) await take(input.files);
      // The same file may be chosen again.
      input.value = "";
    }),
  );
}

takesDrops("program-drop", ({ files }) => setProgramFile(files));
takesDrops("files-drop", async ({ items }) => list.add(await entriesOf(items)));
takesChoices("program-file", setProgramFile);
for (const id of ["files-files", "files-folder"]) takesChoices(id, async (files) => list.add(await entriesOfFiles(files)));
// What is dropped beside the places for it must not take the page's place.
for (const type of ["dragover", "drop"]) addEventListener(type, (event) => event.preventDefault());
watchControls(changed);

element("run").addEventListener("click", () => {
  if (timer !== undefined) compose();
  run();
});
element("stop").addEventListener("click", stop);
element("copy").addEventListener("click", () =>
  trying(async () => {
    await navigator.clipboard.writeText(element("command").textContent ?? "");
    element("copy").textContent = "Copied";
    setTimeout(() => (element("copy").textContent = "Copy"), 1500);
  }),
);
element("sample").addEventListener("click", () =>
  trying(async () => {
    const response = await fetch("./rg.wasm");
    if (!response.ok) throw new Error(`\`rg.wasm\` cannot be loaded: the server says ${response.status}`);
    list.add(new Map([["src", sample]]));
    setProgram("rg.wasm", new Uint8Array(await response.arrayBuffer()));
    setControls({ ...PRESETS.repeatable, args: SAMPLE_ARGS.join("\n") });
  }),
);
