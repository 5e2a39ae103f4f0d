/** Shows what was made: its picture, what it can reach, what became of each import, and where to get it. */
import { drawSvg, type Inspection, NestError, type Report } from "wasi-nest";
import { bytesText } from "../../src/amounts.ts";
import { create, element } from "./page.ts";
import { OUTPUT } from "./settings.ts";

export interface Made {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly inspection: Inspection;
  readonly report: Report;
  /** The command that makes the same. */
  readonly command: string;
}

let picture = "";

/** `undefined` where nothing could be made, or there is no program yet. */
export function showPlan(made: Made | undefined): void {
  const plan = element<HTMLImageElement>("plan");
  URL.revokeObjectURL(picture);
  plan.hidden = made === undefined;
  element("command-section").hidden = made === undefined;
  element("command").textContent = made?.command ?? "";
  element("imports").replaceChildren(...(made === undefined ? [] : importsOf(made.report)));
  element("warnings").replaceChildren(...(made?.report.warnings ?? []).map((textContent) => create("li", { textContent })));
  if (made === undefined) {
    element("reach").textContent = "Nothing yet.";
    return;
  }
  // An image has a style of its own, and runs no script, whatever names stand in it.
  picture = URL.createObjectURL(new Blob([drawSvg(made.inspection, OUTPUT)], { type: "image/svg+xml" }));
  const names = made.inspection.reach.map((each) => (typeof each === "string" ? each : each.import));
  const reached = names.length === 0 ? "nothing" : names.join(", ");
  plan.src = picture;
  plan.alt = "A drawing of who provides what to whom in the result.";
  const what = create("b", { textContent: reached, className: names.length === 0 ? "nothing" : "" });
  element("reach").replaceChildren("Of its host, the result can reach ", what, ".");
}

/** What became of each import of the program, by the outcomes that the page's settings can have. */
function importsOf({ imports }: Report): readonly HTMLElement[] {
  return (["virtualized", "allowed", "denied"] as const).flatMap((outcome) => {
    const names = imports.flatMap((each) => (each.outcome === outcome ? [each.name.replaceAll(/^wasi:|@.*/g, "")] : []));
    if (names.length === 0) return [];
    return [create("dt", { className: outcome, textContent: outcome }), create("dd", { textContent: names.join(", ") })];
  });
}

/** Of nothing, the link leads nowhere. */
export function showDownload(bytes: Uint8Array<ArrayBuffer> | undefined): void {
  const link = element<HTMLAnchorElement>("download");
  URL.revokeObjectURL(link.href);
  link.ariaDisabled = bytes === undefined ? "true" : null;
  if (bytes === undefined) {
    link.removeAttribute("href");
    link.textContent = "Download";
    return;
  }
  link.href = URL.createObjectURL(new Blob([bytes], { type: "application/wasm" }));
  link.download = OUTPUT;
  link.textContent = `Download ${OUTPUT}, ${bytesText(bytes.byteLength)}`;
}

/** Says what is wrong, in the library's words; of `undefined`, nothing is. */
export function showProblem(error: unknown): void {
  const box = element("problem");
  box.hidden = error === undefined;
  box.textContent = error === undefined ? "" : error instanceof Error ? sentence(error) : String(error);
}

/** With what it comes from. */
const sentence = ({ message, cause }: Error): string => (cause instanceof NestError ? `${message}: ${sentence(cause)}` : message);
