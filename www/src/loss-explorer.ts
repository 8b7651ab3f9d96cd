import { LitElement, type PropertyValues, type TemplateResult } from "lit";
import type { Guide, Prose, Story } from "virtual:texts";
import { params, stateText } from "./attributes.ts";
import { whole } from "./deferred.ts";
import type { Description, Layout, Name, Notice } from "./description.ts";
import { start } from "./engine.ts";
import { exported, exportSvg, type FileType } from "./export.ts";
import { formulaFonts, installFonts, styles } from "./styles.ts";
import { sentence, Session, type Change } from "./session.ts";
import { Text } from "./text.ts";
import { failedView, waitingView, workbench } from "./workbench.ts";

/** Properties that say what is shown, and are kept at what is shown. */
const MIRRORED = [
  "state",
  "exhibit",
  "loss",
  "stage",
  "params",
  "seed",
  "hide",
  "show",
  "lock",
  "present",
] as const;

/** The text about a loss keeps the first picture waiting this long at most, in milliseconds. */
const PATIENCE = 300;

type Mirrored = Record<(typeof MIRRORED)[number], string>;

/** A point of the main figure. */
export interface ExplorerPoint {
  x: number;
  y: number;
  /** Class of the point, from 0. */
  class?: number;
}

/**
 * The explorer as an element.
 *
 * Attributes: `loss`, `params` (`temperature=0.07, margin=0.5`), `stage`, `exhibit`, `seed`, `state`
 * (the text of a link), `view` (one figure alone), `theme` (`auto`, `light`, `dark`), `controls`
 * (`full`, `minimal`, `none`), `hide`, `show` and `lock` (keys of controls, figures, parts of the page), `present` (`1`
 * for large type), `loading` (`lazy`), `poster`.
 *
 * Events, all composed and bubbling: `load`, `error` (detail `message`), `input` and `change` (a
 * person is turning something, has turned it), `statechange` (detail `state`).
 */
export class LossExplorer extends LitElement {
  static override styles = styles;
  static override properties = {
    loss: { reflect: true },
    params: { reflect: true },
    stage: { reflect: true },
    exhibit: { reflect: true },
    seed: { reflect: true },
    view: { reflect: true },
    theme: { reflect: true },
    controls: { reflect: true },
    hide: { reflect: true },
    show: { reflect: true },
    present: { reflect: true },
    lock: { reflect: true },
    loading: { reflect: true },
    poster: { reflect: true },
    state: { reflect: true },
    failure: { state: true },
    notices: { state: true },
    failures: { state: true },
    highlighted: { state: true },
    ready: { state: true },
    printing: { state: true },
  };

  declare loss: string | null;
  declare params: string | null;
  declare stage: string | null;
  declare exhibit: string | null;
  declare seed: string | null;
  declare state: string | null;
  declare hide: string | null;
  declare show: string | null;
  /** `1` if it is shown to a room. */
  declare present: string | null;
  declare lock: string | null;
  /** The figure that is shown alone. */
  declare view: string | null;
  declare theme: "auto" | "light" | "dark";
  declare controls: "full" | "minimal" | "none";
  declare loading: "eager" | "lazy";
  /** An image to show until the figures are there. */
  declare poster: string | null;

  /** Why it could not start. */
  declare private failure: string | undefined;
  declare private notices: readonly Notice[];
  declare private failures: readonly string[];
  declare private highlighted: string | undefined;
  /** Whether what stands above the figures is there, or has been waited for. */
  declare private ready: boolean;
  /** Whether it goes to paper. */
  declare private printing: boolean;

  private session: Session | undefined;
  private mirrored: Partial<Mirrored> = {};
  private shown = "";
  /** What there is to read about each loss, the main one first. */
  private readonly proses = [new Text<Prose>("losses")];
  /** What there is to read about the stage. */
  private readonly guide = new Text<Guide>("stages");
  /** What there is to read about the exhibit. */
  private readonly story = new Text<Story>("exhibits");
  private loaded = false;
  private layouts = new Map<string, Layout>();
  private readonly night = matchMedia("(prefers-color-scheme: dark)");
  private readonly paper = matchMedia("print");
  private approaching: IntersectionObserver | undefined;

  constructor() {
    super();
    this.theme = "auto";
    this.controls = "full";
    this.loading = "eager";
    this.notices = [];
    this.failures = [];
    this.ready = false;
    this.printing = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    installFonts();
    this.night.addEventListener("change", this.redraw);
    this.paper.addEventListener("change", this.print);
    addEventListener("beforeprint", this.print);
    addEventListener("afterprint", this.print);
    this.renderRoot.addEventListener("input", withhold);
    this.renderRoot.addEventListener("change", withhold);
    this.renderRoot.addEventListener("drawn", this.noteDrawing);
    this.addEventListener("keydown", this.goBack);
    if (this.loading === "lazy") this.startWhenNear();
    else void this.begin();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.night.removeEventListener("change", this.redraw);
    this.paper.removeEventListener("change", this.print);
    removeEventListener("beforeprint", this.print);
    removeEventListener("afterprint", this.print);
    this.approaching?.disconnect();
    for (const text of [...this.proses, this.guide, this.story]) text.stop();
    this.session?.close();
    this.session = undefined;
    this.loaded = false;
  }

  /** What is on screen, for pages that build something around; undefined until `load`. */
  get description(): Description | undefined {
    return this.session?.description;
  }

  /** The live numbers by their ids. */
  get readouts(): Record<string, number> {
    const list = this.session?.description.readouts ?? [];
    return Object.fromEntries(list.map(({ id, value }) => [id, value]));
  }

  /** The points that can be moved in the main figure. */
  get points(): ExplorerPoint[] {
    const main = this.session?.description.figures[0];
    const layout = main && this.layouts.get(main.id);
    return layout?.handles.map(({ x, y }) => ({ x, y })) ?? [];
  }

  set points(points: ExplorerPoint[]) {
    const text = points.map((point) => `${point.x},${point.y},${point.class ?? 0}`).join(";");
    this.demand("points", text);
  }

  /** The text of what is shown, as it stands in links. */
  toState(): string {
    return this.session?.state ?? stateText(this);
  }

  /** Shows what a text says. */
  fromState(text: string): void {
    const bare = text.replace(/^[?#]/, "");
    if (this.session === undefined) this.state = bare;
    else this.session.open(bare);
  }

  /** Says something above the figures, until a person closes it or it is retracted. */
  tell(message: string): void {
    if (!this.failures.includes(message)) this.failures = [...this.failures, message];
  }

  /** Takes back what has been said. */
  retract(message: string): void {
    if (!this.failures.includes(message)) return;
    this.failures = this.failures.filter((told) => told !== message);
  }

  /** A figure as an image or its numbers as CSV, computed to the end; the main one if none is named. */
  async toBlob({
    type = "image/png",
    scale = 2,
    figure = this.mainFigure,
  }: {
    type?: FileType;
    scale?: number;
    figure?: string;
  } = {}): Promise<Blob> {
    return exported(this.running, figure, type, scale, this.dark);
  }

  /** A figure as SVG as far as it is computed, which `toBlob` waits for; the main one if none is named. */
  toSVG(figure = this.mainFigure): string {
    return exportSvg(this.running, figure, this.dark);
  }

  /** The numbers of a figure as CSV as far as they are computed; of the main one if none is named. */
  toCSV(figure = this.mainFigure): string {
    return this.running.ask((explorer) => explorer.csv(figure));
  }

  /** Takes training steps. */
  step(count = 1): void {
    this.demand("steps", (explorer) => {
      explorer.step(count);
    });
  }

  /** Trains on, a step a frame. */
  play(): void {
    this.running.play();
  }

  /** Stops training. */
  pause(): void {
    this.running.pause();
  }

  /** Everything as it opened. */
  reset(): void {
    this.demand("reset", (explorer) => {
      explorer.resetAll();
    });
  }

  override willUpdate(changed: PropertyValues): void {
    if (this.session === undefined || !MIRRORED.some((key) => changed.has(key))) return;
    const asked = MIRRORED.filter((key) => (this[key] ?? "") !== (this.mirrored[key] ?? ""));
    if (asked.length === 0) return;
    if (asked.includes("state") || asked.includes("exhibit")) {
      this.session.open(stateText(Object.fromEntries(asked.map((key) => [key, this[key]]))));
    } else {
      for (const key of asked) {
        const pairs =
          key === "params"
            ? params(this.params ?? "")
            : [[key, this[key] ?? (key === "present" ? "0" : "")] as const];
        for (const [name, text] of pairs) this.demand(name, text);
      }
    }
  }

  override render(): TemplateResult {
    if (this.failure !== undefined) {
      return failedView(this.failure, this.poster, () => void this.begin());
    }
    if (this.session === undefined || !this.ready) return waitingView(this.poster);
    return workbench({
      session: this.session,
      revision: this.session.revision,
      controls: this.controls,
      view: this.view,
      dark: this.dark,
      printing: this.printing,
      notices: this.notices,
      failures: this.failures,
      prose: this.proses[0]?.shown,
      guide: this.guide.shown,
      about: (contender, name) =>
        (contender === undefined
          ? this.guide.shown?.knobs
          : this.proses[contender]?.shown?.params)?.[name] ?? "",
      story: this.story.shown,
      highlight: { key: this.highlighted, point: (key) => (this.highlighted = key) },
      visit: (key) => {
        const control = this.renderRoot.querySelector<HTMLElement>(
          `#${CSS.escape(`control-${key}`)}`,
        );
        control?.closest("details")?.setAttribute("open", "");
        control?.focus();
      },
      dismiss: () => {
        this.running.notices = [];
        this.notices = [];
        this.failures = [];
      },
    });
  }

  private get dark(): boolean {
    return (
      !this.printing && (this.theme === "dark" || (this.theme !== "light" && this.night.matches))
    );
  }

  private get mainFigure(): string {
    return this.view ?? this.running.description.figures[0]?.id ?? "";
  }

  private get running(): Session {
    if (this.session === undefined)
      throw new Error("the explorer has not loaded yet: wait for its load event");
    return this.session;
  }

  private startWhenNear(): void {
    this.approaching = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        this.approaching?.disconnect();
        void this.begin();
      },
      { rootMargin: "200px" },
    );
    this.approaching.observe(this);
  }

  /** Whether it is in a page and has no session yet. */
  private starts(): boolean {
    return this.isConnected && this.session === undefined;
  }

  private async begin(): Promise<void> {
    this.failure = undefined;
    const fonts = this.controls === "full" ? formulaFonts() : undefined;
    try {
      await Promise.all([start(), this.foresee()]);
      // While the first functions came, a person may have asked for something that needs the others.
      await this.foresee();
      if (!this.starts()) return;
      const asked = stateText(this);
      const session = await Session.start(asked, {
        refresh: (by) => {
          this.refresh(by);
        },
        finished: () => {
          this.mirror();
          this.announce("change", { state: this.shown });
        },
        failed: (message) => {
          this.fail(message);
        },
        recovered: (message) => {
          this.retract(message);
        },
      });
      if (!this.starts()) {
        session.close();
        return;
      }
      this.session = session;
      // It may have been waited for, and something else asked for meanwhile.
      const now = stateText(this);
      if (now !== asked) session.open(now);
      // What comes in above the figures later would push them down.
      const above = Promise.allSettled([this.loadTexts(), fonts]);
      this.refresh([]);
      await Promise.race([above, new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
      this.ready = true;
    } catch (error) {
      this.failure = sentence(error);
      this.announce("error", { message: this.failure });
    }
  }

  /** Fetches what the first plot does without, unless that is what will be shown. */
  private async foresee(): Promise<void> {
    // The script of the page may be about to say what to show.
    await Promise.resolve();
    if (stateText(this) === "") return;
    // Without it the first plot may do; if not, the session says what is missing.
    await whole().catch(() => undefined);
  }

  private refresh(by: readonly string[]): void {
    const session = this.running;
    this.notices = session.notices;
    const { state } = session;
    const moved = state !== this.shown;
    this.shown = state;
    void this.loadTexts();
    if (by.length === 0) this.mirror();
    this.requestUpdate();
    if (by.length > 0) this.announce("input", { keys: by, state });
    if (moved) this.announce("statechange", { state, keys: by });
  }

  /** Does what the author of the page asks for; a refusal is told on screen. */
  private demand(key: string, change: string | Change): void {
    const run: Change =
      typeof change === "string"
        ? (explorer) => {
            explorer.set(key, change);
          }
        : change;
    const why = this.running.attempt(key, run);
    if (why === undefined) return;
    this.fail(why);
    this.mirror();
  }

  private fail(message: string): void {
    this.tell(message);
    this.announce("error", { message });
  }

  /** Writes what is shown into the properties, and so into the attributes. */
  private mirror(): void {
    const { session } = this;
    if (session === undefined) return;
    const { description, state } = session;
    const turned = description.groups.find(({ contender }) => contender === 0)?.controls ?? [];
    this.mirrored = {
      state,
      exhibit: description.exhibit?.id ?? "",
      loss: description.losses[0]?.id ?? "",
      stage: description.stage.id,
      params: turned
        .filter((control) => control.value !== control.default)
        .map(({ key, text }) => `${key}=${text}`)
        .join(","),
      seed: String(description.seed),
      hide: description.hide.join(","),
      show: description.show.join(","),
      present: description.present ? "1" : "",
      lock: description.lock.join(","),
    };
    for (const key of MIRRORED) {
      const shown = this.mirrored[key];
      this[key] = shown === "" || shown === undefined ? null : shown;
    }
  }

  private async loadTexts(): Promise<void> {
    if (this.controls === "none") return;
    const { losses, stage, exhibit } = this.running.description;
    while (this.proses.length < losses.length) this.proses.push(new Text("losses"));
    const load = async (text: Text<unknown>, about: Name | undefined) => {
      const { id, title } = about ?? { id: "", title: "" };
      if (id === text.wanted) return;
      const missing = `The text about ${title} did not load. It is tried again.`;
      const turned = await text.turnTo(id, () => {
        this.fail(missing);
      });
      this.retract(missing);
      if (turned) this.requestUpdate();
    };
    const own = this.proses.map((prose, place) => load(prose, losses[place]));
    await Promise.all([...own, load(this.guide, stage), load(this.story, exhibit)]);
  }

  /** Undo and redo by key, where a field has no undo of its own. */
  private readonly goBack = (event: KeyboardEvent): void => {
    const [target] = event.composedPath();
    const inText = target instanceof HTMLInputElement && target.type !== "range";
    if (!(event.ctrlKey || event.metaKey) || event.altKey || inText) return;
    const key = event.key.toLowerCase();
    if (key !== "z" && key !== "y") return;
    event.preventDefault();
    this.session?.goBack(key === "y" || event.shiftKey);
  };

  private readonly print = (event: Event): void => {
    this.printing = event.type === "beforeprint" || (event.type === "change" && this.paper.matches);
  };

  private readonly redraw = (): void => {
    this.requestUpdate();
  };

  private readonly noteDrawing = (event: Event): void => {
    event.stopPropagation();
    const { figure, layout } = (event as CustomEvent<{ figure: string; layout: Layout }>).detail;
    this.layouts.set(figure, layout);
    if (this.loaded) return;
    this.loaded = true;
    this.announce("load", {});
  };

  private announce(name: string, detail: Record<string, unknown>): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}

/** The events of the parts stay inside: the element has its own. */
function withhold(event: Event): void {
  event.stopPropagation();
}

if (customElements.get("loss-explorer") === undefined) {
  customElements.define("loss-explorer", LossExplorer);
}

declare global {
  interface HTMLElementTagNameMap {
    "loss-explorer": LossExplorer;
  }
}
