/**
 * A line on a terminal's stderr that says what is being done, once the work takes more than a second.
 */
import { visible } from "../visible.ts";
import { isTerminal, STDERR } from "./terminal.ts";

const PATIENCE = 1000;
const INTERVAL = 100;
/** Of a terminal that does not know its own. */
const WIDTH = 80;

export class Progress {
  readonly #enabled: boolean;
  #next: number = Date.now() + PATIENCE;
  #shown = false;

  constructor(wanted: boolean) {
    this.#enabled = wanted && isTerminal(STDERR);
  }

  /** Cheap enough to call for every file. */
  note(text: string): void {
    if (Date.now() >= this.#next) this.#show(text);
  }

  /** Says at once what is known to take long. */
  announce(text: string): void {
    this.#show(text);
  }

  #show(text: string): void {
    if (!this.#enabled) return;
    this.#next = Date.now() + INTERVAL;
    this.#shown = true;
    process.stderr.write(`\r\x1b[K${visible(text).slice(0, (process.stderr.columns || WIDTH) - 1)}`);
  }

  clear(): void {
    if (this.#shown) process.stderr.write("\r\x1b[K");
    this.#shown = false;
  }
}
