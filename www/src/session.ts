/**
 * One explorer and what happens to it: changes are gathered and made once a frame, the screen is
 * described afresh, and what is slow is asked of the worker once nothing moves.
 */

import { isWhole, NotYet, whole } from "./deferred.ts";
import type { Description, Drawn, Notice, Readout, Sensitivity } from "./description.ts";
import { Explorer } from "./engine.ts";
import { History } from "./history.ts";
import { insist } from "./insist.ts";
import type { Job, Outcome } from "./jobs.ts";
import { learn, missesNames } from "./names.ts";
import { join, leave, send } from "./refinery.ts";

/** How long nothing must move before the worker is asked, in milliseconds. */
const REST = 60;

/** Something done to the explorer; it throws what was wrong. */
export type Change = (explorer: Explorer) => void;

/** Who shows the session. */
export interface Audience {
  /** Something is to be shown afresh. `by` are the keys that a person has turned. */
  refresh(by: readonly string[]): void;
  /** A person has finished turning something. */
  finished(): void;
  /** Something went wrong that only words can mend. */
  failed(message: string): void;
  /** What that message said is over. */
  recovered(message: string): void;
}

/**
 * The explorers there are. One that was refused is in the middle of something, and nobody may take it apart any more, not
 * even the browser when it is forgotten.
 */
const alive = new Set<Explorer>();

function fresh(): Explorer {
  const explorer = new Explorer();
  alive.add(explorer);
  return explorer;
}

export class Session {
  /** What is on screen. */
  description: Description;
  /** What the link said that was passed over. */
  notices: Notice[];
  /** The numbers that measure the exhibit's claim, once the worker has them. */
  measured: Readout[] = [];
  /** What turning the parameters of the main loss does, once nothing has moved for a moment. */
  sensitivities: readonly Sensitivity[] = [];
  /** Counts what has been shown, so that figures know when to draw. */
  revision = 0;

  /** What was on screen before. */
  private readonly history = new History();
  private explorer: Explorer;
  /** What it showed first. */
  private readonly opened: string;
  private readonly audience: Audience;
  private readonly client: number;
  private changes: { key: string; change: Change }[] = [];
  private readonly wanted = new Map<string, string>();
  /** Who waits for the worker's next answer about a figure. */
  private answers: { figure: string; heard: (failure?: string) => void }[] = [];
  private frame = 0;
  private rest = 0;
  private finishing = false;
  /** When the last step of a training that plays was taken. */
  private stepped = 0;
  private walking = false;
  /** Whether the explorer was refused something, and is drawn again once the whole program is there. */
  private refused = false;
  /** Whether the whole program has been asked for. */
  private waiting = false;
  private readonly closing = new AbortController();
  /** What kept the rest of the program away, as long as it does. */
  private lost: string | undefined;

  /** A session that shows what a text says; it waits for the whole program only if the first plot needs it. */
  static async start(text: string, audience: Audience): Promise<Session> {
    const begin = async (): Promise<Session> => {
      const explorer = fresh();
      let notices = explorer.open(text) as Notice[];
      if (missesNames(notices) && (await learn())) notices = explorer.open(text) as Notice[];
      return new Session(text, audience, explorer, notices);
    };
    try {
      return await begin();
    } catch (error) {
      if (!(error instanceof NotYet)) throw error;
      await whole();
      return begin();
    }
  }

  private constructor(text: string, audience: Audience, explorer: Explorer, notices: Notice[]) {
    this.audience = audience;
    this.opened = text;
    this.explorer = explorer;
    this.notices = notices;
    this.description = this.explorer.describe() as Description;
    this.history.record(this.explorer.state());
    this.client = join((outcome) => {
      this.hear(outcome);
    });
    this.scheduleRest();
  }

  /** Ends it; nothing is heard from it again. */
  close(): void {
    this.closing.abort();
    this.pause();
    cancelAnimationFrame(this.frame);
    clearTimeout(this.rest);
    leave(this.client);
    // Before the whole program is there none can be taken apart.
    if (isWhole() && alive.delete(this.explorer)) this.explorer.free();
  }

  /** The text for a link. */
  get state(): string {
    return this.explorer.state();
  }

  /** Shows what another text says. */
  open(text: string): void {
    this.pause();
    this.changes = [];
    if (isWhole()) {
      this.read(text);
    } else {
      this.change("state", () => {
        this.read(text);
      });
    }
  }

  private read(text: string): void {
    try {
      this.notices = this.explorer.open(text) as Notice[];
    } catch (error) {
      this.audience.failed(sentence(error));
      return;
    }
    this.measured = [];
    const shown = this.explorer.state();
    this.history.record(shown);
    this.describe([]);
    if (!missesNames(this.notices)) return;
    void learn().then((known) => {
      // Unless somebody has turned something meanwhile.
      if (known && !this.closing.signal.aborted && this.explorer.state() === shown) this.read(text);
    });
  }

  /** Does what a notice offers: shows that text, which can be gone back from. */
  follow(text: string): void {
    this.attempt("state", (explorer) => {
      this.notices = explorer.open(text) as Notice[];
    });
    this.measured = [];
  }

  get canUndo(): boolean {
    return this.history.canUndo;
  }

  get canRedo(): boolean {
    return this.history.canRedo;
  }

  /** Shows what was on screen before the last thing that a person did, or what that was gone back from. */
  goBack(forth = false): void {
    this.pause();
    const text = forth ? this.history.redo() : this.history.undo();
    if (text === undefined) return;
    this.attempt("state", (explorer) => {
      explorer.restore(text);
    });
    this.measured = [];
  }

  /** Whether something was asked for that waits for a part of the program. */
  get loading(): boolean {
    return (this.pending || this.refused) && !isWhole() && this.lost === undefined;
  }

  /** Makes a change at the next frame; of several under one key that follow each other only the last. */
  change(key: string, change: Change): void {
    if (this.changes.at(-1)?.key === key) this.changes.pop();
    this.changes.push({ key, change });
    this.schedule();
  }

  /**
   * Makes a change now and answers why it was refused, if it was. Before the whole program is there it is made as soon as
   * it is, and a refusal is told to the audience.
   */
  attempt(key: string, change: Change): string | undefined {
    let made: Change = () => undefined;
    if (isWhole()) {
      try {
        change(this.explorer);
      } catch (error) {
        return sentence(error);
      }
    } else {
      made = change;
    }
    // Beside what waits under its key: two steps are not one.
    this.changes.push({ key, change: made });
    this.finish();
    return undefined;
  }

  /** What was turned stays as it is at the next frame. */
  finish(): void {
    this.finishing = true;
    this.schedule();
  }

  /**
   * Draws a figure on canvases that lie over each other, or on one. If it could be finer, the worker
   * is asked as soon as nothing moves. Answers where its parts are, unless they are where they were.
   */
  draw(
    figure: string,
    canvases: HTMLCanvasElement[],
    width: number,
    height: number,
    scale: number,
    dark: boolean,
  ): Drawn["layout"] {
    const drawn = this.tried(
      (explorer) => explorer.draw(figure, canvases, width, height, scale, dark) as Drawn,
    );
    if (drawn === undefined) return undefined;
    if (drawn.refine === undefined) {
      this.wanted.delete(figure);
    } else {
      this.wanted.set(figure, drawn.refine);
      this.scheduleRest();
    }
    return drawn.layout;
  }

  /** Has the worker compute what a figure still lacks, whether it is seen or not; fails with what the worker says. */
  async complete(figure: string): Promise<void> {
    this.pause();
    await whole();
    // What has been done shows at the next frame.
    while (this.pending) await new Promise(requestAnimationFrame);
    for (
      let basis = this.explorer.coarse(figure);
      basis !== undefined;
      basis = this.explorer.coarse(figure)
    ) {
      const answer = new Promise<void>((resolve, reject) => {
        const heard = (failure?: string): void => {
          if (failure === undefined) resolve();
          else reject(new Error(failure));
        };
        this.answers.push({ figure, heard });
      });
      const { client } = this;
      send({ kind: "refine", client, figure, basis, text: this.explorer.state() });
      await answer;
    }
  }

  /** Asks the wasm something that changes nothing; it throws `NotYet` before the [whole](whole) program is there. */
  ask<T>(question: (explorer: Explorer) => T): T {
    if (!isWhole()) throw new NotYet();
    return question(this.explorer);
  }

  /** Whether it trains at every frame. */
  get playing(): boolean {
    return this.walking;
  }

  /** The least time between two steps, in milliseconds: none takes a step a frame. */
  pace = 0;

  /** Trains on, one step a frame or as the pace is; from the start if it has come to its end. */
  play(): void {
    const { stage, steps, ended } = this.description;
    if (!stage.trains) return;
    if (ended) {
      this.attempt("steps", (explorer) => {
        explorer.step(-steps);
      });
    }
    this.walking = true;
    this.schedule();
  }

  /** Stops training. */
  pause(): void {
    if (!this.walking) return;
    this.walking = false;
    this.finish();
  }

  /** What there is to do at the next frame. */
  private get pending(): boolean {
    return this.changes.length > 0 || this.walking;
  }

  /** What the explorer answers, or nothing if it can do so only with the whole program. */
  private tried<T>(question: (explorer: Explorer) => T): T | undefined {
    if (this.refused && !isWhole()) return undefined;
    try {
      return question(this.explorer);
    } catch (error) {
      if (!(error instanceof NotYet)) throw error;
      // It was refused in the middle of something, and nothing has been changed before the whole program is there.
      this.explorer = fresh();
      this.explorer.open(this.opened);
      this.refused = true;
      this.wait();
      return undefined;
    }
  }

  /** Has what waits done once the whole program is there, and says why if it cannot be had. */
  private wait(): void {
    if (this.waiting) return;
    this.waiting = true;
    const lost = (error: unknown): void => {
      this.lost = `${sentence(error)} What you do is kept, and done when it has come.`;
      this.audience.failed(this.lost);
    };
    insist(whole, lost, this.closing.signal).then(
      () => {
        this.waiting = false;
        if (this.lost !== undefined) this.audience.recovered(this.lost);
        this.lost = undefined;
        this.refused = false;
        this.schedule();
      },
      // The session is closed.
      () => undefined,
    );
    this.audience.refresh([]);
  }

  private schedule(): void {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.show();
    });
  }

  private show(): void {
    if (this.pending && !isWhole()) {
      this.wait();
      return;
    }
    const { changes } = this;
    this.changes = [];
    const now = performance.now();
    if (this.walking && now - this.stepped >= this.pace) {
      this.stepped = now;
      const change: Change = (explorer) => {
        explorer.step(1);
      };
      changes.push({ key: "steps", change });
    }
    for (const { change } of changes) {
      try {
        change(this.explorer);
      } catch (error) {
        this.walking = false;
        this.audience.failed(sentence(error));
      }
    }
    // Between two steps of a slow training nothing has changed.
    if (!this.walking || changes.length > 0) {
      this.describe([...new Set(changes.map(({ key }) => key))]);
    }
    if (this.finishing) {
      this.history.record(this.explorer.state());
      this.finishing = false;
      this.audience.finished();
    }
    if (this.walking) this.schedule();
  }

  private describe(by: readonly string[]): void {
    this.description = this.explorer.describe() as Description;
    if (this.walking && this.description.ended) {
      this.walking = false;
      this.finishing = true;
    }
    this.revision += 1;
    this.audience.refresh(by);
    this.scheduleRest();
  }

  private scheduleRest(): void {
    clearTimeout(this.rest);
    this.rest = window.setTimeout(() => {
      this.refine();
    }, REST);
  }

  private refine(): void {
    const { client } = this;
    const text = this.explorer.state();
    for (const [figure, basis] of this.wanted) {
      send({ kind: "refine", client, figure, basis, text } satisfies Job);
    }
    this.wanted.clear();
    if (isWhole()) send({ kind: "sense", client, text });
    if (this.description.exhibit !== undefined) send({ kind: "measure", client, text });
  }

  private hear(outcome: Outcome): void {
    if (outcome.kind === "failure") {
      this.audience.failed(outcome.message);
      for (const { heard } of this.answers.splice(0)) heard(outcome.message);
    } else if (outcome.kind === "incomplete") {
      this.wait();
    } else if (outcome.kind === "measure") {
      if (outcome.text !== this.explorer.state()) return;
      this.measured = outcome.readouts;
      this.audience.refresh([]);
    } else if (outcome.kind === "sense") {
      if (outcome.text !== this.explorer.state()) return;
      this.sensitivities = outcome.sensitivities;
      this.audience.refresh([]);
    } else {
      const { figure, basis, values, more } = outcome;
      const description = this.tried((explorer) =>
        // What was computed may have been a training, whose numbers are known only now.
        explorer.supply(figure, basis, values) ? (explorer.describe() as Description) : undefined,
      );
      if (!more) this.answer(figure);
      if (description === undefined) return;
      this.description = description;
      this.revision += 1;
      this.audience.refresh([]);
    }
  }

  /** Tells those who wait for a figure that the worker is done with it. */
  private answer(figure: string): void {
    const told = this.answers.filter((answer) => answer.figure === figure);
    this.answers = this.answers.filter((answer) => answer.figure !== figure);
    for (const { heard } of told) heard();
  }
}

/** What an error says. */
export function sentence(error: unknown): string {
  // By name: a browser without WebAssembly has no such class.
  if (error instanceof Error && error.name === "RuntimeError") {
    return `The computation stopped (${error.message}). Reload the page to go on.`;
  }
  return error instanceof Error ? error.message : String(error);
}
