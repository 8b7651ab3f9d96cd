/** The address of the page holds the state: one entry of the history for each thing somebody does. */

import type { LossExplorer } from "../loss-explorer.ts";

/** Browsers limit how often the address may change; this often is safe everywhere, in milliseconds. */
const PAUSE = 400;

/** Turning the same control again within this time is one entry, in milliseconds. */
const TOGETHER = 1500;

interface Turned {
  state: string;
  keys: readonly string[];
}

/** Keeps the address at the state of the explorer, and the explorer at the address. */
export class Address {
  private readonly explorer: LossExplorer;
  /** What the newest entry is about, and when it was last touched; nothing if it is complete. */
  private entry: { keys: string; at: number } | undefined;
  private finished = true;
  private timer = 0;
  /** When the newest entry was last written. */
  private written = 0;

  constructor(explorer: LossExplorer) {
    this.explorer = explorer;
    explorer.state = location.search.slice(1);
    explorer.addEventListener("statechange", (event) => {
      this.follow((event as CustomEvent<Turned>).detail);
    });
    explorer.addEventListener("change", () => {
      this.finished = true;
    });
    addEventListener("popstate", () => {
      this.leave();
      explorer.fromState(location.search);
    });
  }

  /** Shows another state, as following a link does. */
  go(state: string): void {
    this.leave();
    history.pushState(null, "", `?${state}`);
    this.explorer.fromState(state);
    scrollTo({ top: 0 });
  }

  private follow({ state, keys }: Turned): void {
    // Nobody turned anything: this state comes from the address.
    if (keys.length === 0) return;
    const turned = keys.join(" ");
    const now = performance.now();
    const again = this.entry?.keys === turned && now - this.entry.at < TOGETHER;
    if (this.entry !== undefined && (again || !this.finished)) {
      this.write(state);
    } else {
      clearTimeout(this.timer);
      this.written = now;
      history.pushState(null, "", `?${state}`);
    }
    this.entry = { keys: turned, at: now };
    this.finished = false;
  }

  /** Into the newest entry: at once if it has rested, else as soon as it may. */
  private write(state: string): void {
    clearTimeout(this.timer);
    const wait = Math.max(0, this.written + PAUSE - performance.now());
    const put = (): void => {
      this.written = performance.now();
      history.replaceState(null, "", `?${state}`);
    };
    if (wait === 0) put();
    else this.timer = window.setTimeout(put, wait);
  }

  private leave(): void {
    clearTimeout(this.timer);
    this.entry = undefined;
    this.finished = true;
  }
}
