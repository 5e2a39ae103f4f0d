/** The list of what is mounted, and where. */
import { bytesText, counted } from "../../src/amounts.ts";
import { type Dropped, sizeOf } from "./dropped.ts";
import { create, element } from "./page.ts";
import type { DroppedMount } from "./settings.ts";

export class MountList {
  #mounts: readonly DroppedMount[] = [];
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get mounts(): readonly DroppedMount[] {
    return this.#mounts;
  }

  /** Each lies in the root. What has the same path is replaced. */
  add(dropped: Dropped): void {
    const added = [...dropped].map(([name, entry]) => ({ name, mount: { path: `/${name}`, entry } }));
    const paths = new Set(added.map(({ mount }) => mount.path));
    this.#set([...this.#mounts.filter(({ mount }) => !paths.has(mount.path)), ...added]);
  }

  #set(mounts: readonly DroppedMount[]): void {
    this.#mounts = mounts;
    element("mounts").replaceChildren(...mounts.map((each, at) => this.#row(each, at)));
    this.#changed();
  }

  #row({ name, mount }: DroppedMount, at: number): HTMLElement {
    const change = (changes: Partial<DroppedMount["mount"]>): void => {
      this.#mounts = this.#mounts.map((each, i) => (i === at ? { ...each, mount: { ...each.mount, ...changes } } : each));
      this.#changed();
    };
    const path = create("input", { value: mount.path, spellcheck: false, ariaLabel: `Path of ${name} in the guest` });
    path.addEventListener("input", () => change({ path: path.value }));
    const writable = create("input", { type: "checkbox", checked: mount.writable === true });
    writable.addEventListener("input", () => change({ writable: writable.checked }));
    const label = create("label", { className: "check" });
    label.append(writable, "writable");
    const remove = create("button", { type: "button", textContent: "×", ariaLabel: `Remove ${name}` });
    remove.addEventListener("click", () => this.#set(this.#mounts.filter((_, i) => i !== at)));
    const { files, bytes } = sizeOf(mount.entry);
    const what = mount.entry.kind === "directory" ? `${name}/, ${counted(files, "file")}` : name;
    const row = create("li");
    row.append(path, label, remove, create("span", { className: "about", textContent: `${what}, ${bytesText(bytes)}` }));
    return row;
  }
}
