/** Text that is fetched by id. What was shown before stays until the next is there, so that nothing jumps. */

import { folder } from "virtual:texts";
import { insist } from "./insist.ts";

export class Text<T> {
  /** The newest that has come. */
  shown: T | undefined;
  /** The id of the text that is shown, or on its way. */
  wanted = "";

  private readonly kind: string;
  private coming = new AbortController();

  /** Texts of a kind: `losses`, `dialects`, `exhibits` or `stages`. */
  constructor(kind: string) {
    this.kind = kind;
  }

  /**
   * Fetches the text of an id, nothing where there is none, and answers whether it has come. What does not come is told
   * once, and asked for again until it does or another is wanted.
   */
  async turnTo(id: string, failed: (why: unknown) => void): Promise<boolean> {
    this.wanted = id;
    this.coming.abort();
    this.coming = new AbortController();
    const { signal } = this.coming;
    const missing = (why: unknown): void => {
      this.shown = undefined;
      failed(why);
    };
    try {
      this.shown =
        id === "" ? undefined : await insist(() => fetched<T>(this.kind, id), missing, signal);
    } catch {
      // Another is wanted by now.
      return false;
    }
    return true;
  }

  /** Nobody waits for it any more. */
  stop(): void {
    this.wanted = "";
    this.coming.abort();
  }
}

async function fetched<T>(kind: string, id: string): Promise<T> {
  const response = await fetch(`${folder}${kind}/${id}.json`);
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return (await response.json()) as T;
}
