/** What has been on screen, to go back to and forth: texts of states, one for each thing that a person finished. */

/** The most steps back. */
const MOST = 200;

export class History {
  private readonly past: string[] = [];
  private readonly future: string[] = [];

  /** Something is shown that will not change by itself. */
  record(text: string): void {
    // What was gone back to is there already.
    if (this.past.at(-1) === text) return;
    this.past.push(text);
    if (this.past.length > MOST) this.past.shift();
    this.future.length = 0;
  }

  get canUndo(): boolean {
    return this.past.length > 1;
  }

  get canRedo(): boolean {
    return this.future.length > 0;
  }

  /** The text before the one shown; undefined if there is none. */
  undo(): string | undefined {
    if (!this.canUndo) return undefined;
    this.future.push(this.past.pop() ?? "");
    return this.past.at(-1);
  }

  /** The text that was gone back from; undefined if there is none. */
  redo(): string | undefined {
    const text = this.future.pop();
    if (text !== undefined) this.past.push(text);
    return text;
  }
}
