/**
 * The address of the page holds the state: one entry of the history for each thing somebody does. What a link is too
 * short for is kept in the entry itself, which outlives a reload but cannot be sent to anybody.
 */

import type { LossExplorer } from "../loss-explorer.ts";
import { linkOf } from "./link.ts";

/** Browsers limit how often the address may change; this often is safe everywhere, in milliseconds. */
const PAUSE = 400;

/** Turning the same control again within this time is one entry, in milliseconds. */
const TOGETHER = 1500;

interface Turned {
  state: string;
  keys: readonly string[];
}

/** What an entry of the history keeps beside its address. */
interface Kept {
  /** All of a state of which the address holds a part. */
  whole?: string;
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
  /** The keys that the address does not hold, and what has been said about them. */
  private lack = "";
  private told = "";

  constructor(explorer: LossExplorer) {
    this.explorer = explorer;
    explorer.state = this.entered;
    explorer.addEventListener("statechange", (event) => {
      this.follow((event as CustomEvent<Turned>).detail);
    });
    explorer.addEventListener("change", () => {
      this.finished = true;
    });
    addEventListener("popstate", () => {
      this.leave();
      explorer.fromState(this.entered);
    });
  }

  /** Shows another state, as following a link does. */
  go(state: string): void {
    this.leave();
    this.put(state, "pushState");
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
      this.put(state, "pushState");
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
      this.put(state, "replaceState");
    };
    if (wait === 0) put();
    else this.timer = window.setTimeout(put, wait);
  }

  /** What the entry of the history that is shown holds. */
  private get entered(): string {
    const { whole } = (history.state ?? {}) as Kept;
    return whole ?? location.search.slice(1);
  }

  private put(state: string, how: "pushState" | "replaceState"): void {
    const { text, without } = linkOf(state);
    const kept: Kept | null = without.length > 0 ? { whole: state } : null;
    history[how](kept, "", `?${text}`);
    const lack = without.join();
    if (lack !== this.lack) void this.tell(without);
    this.lack = lack;
  }

  private async tell(without: readonly string[]): Promise<void> {
    // Without the words the dialog of “Share” still says it.
    const { shortfall } = await import("./shortfall.ts").catch(() => ({ shortfall: undefined }));
    this.explorer.retract(this.told);
    this.told = without.length > 0 ? (shortfall?.(without) ?? "") : "";
    if (this.told !== "") this.explorer.tell(this.told);
  }

  private leave(): void {
    clearTimeout(this.timer);
    this.entry = undefined;
    this.finished = true;
  }
}
