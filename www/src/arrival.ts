/** A part of a view that comes when somebody first wants it. */

import type { ReactiveController, ReactiveControllerHost } from "lit";
import { insist } from "./insist.ts";
import { sentence } from "./session.ts";

/** What somebody has asked for: until it is there, `words` say what has become of it. */
export class Arrival<T> implements ReactiveController {
  /** What has come. */
  value: T | undefined;
  /** What to say in its place; empty before it is wanted. */
  words = "";

  private readonly host: ReactiveControllerHost;
  private readonly load: () => Promise<T>;
  private coming: AbortController | undefined;

  constructor(host: ReactiveControllerHost, load: () => Promise<T>) {
    this.host = host;
    this.load = load;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.coming?.abort();
    this.coming = undefined;
  }

  /** Has it come, unless it is here or on its way. */
  want(): void {
    if (this.value !== undefined || this.coming !== undefined) return;
    this.coming = new AbortController();
    this.say("Loading …");
    insist(
      this.load,
      (error) => {
        this.say(`This part could not be loaded (${sentence(error)}). It is tried again.`);
      },
      this.coming.signal,
    ).then(
      (value) => {
        this.value = value;
        this.say("");
      },
      // It is not wanted any more.
      () => undefined,
    );
  }

  private say(words: string): void {
    this.words = words;
    this.host.requestUpdate();
  }
}
