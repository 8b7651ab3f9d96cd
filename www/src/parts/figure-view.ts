import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { FigureInfo, Handle, Layout } from "../description.ts";
import { sentence, type Session } from "../session.ts";
import { forget, inSpareTime } from "../spare-time.ts";
import "./data-table.ts";
import { handleFields } from "./handle-fields.ts";
import { Part, define } from "./part.ts";

const ARROWS: Record<string, readonly [number, number] | undefined> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

/** How many steps an arrow key takes with Shift. */
const LEAP = 10;

/** How far a surface turns while a pointer moves by a pixel, in radians. */
const TURN = 0.01;
/** Device pixels of a CSS pixel on paper, at least. */
const FOR_PAPER = 3;
/** How many pixels a pointer may move in a click. */
const STILL = 3;

/** A figure: its layers, a button over each handle, fields for its coordinates, its table. */
export class FigureView extends Part {
  static override properties = {
    session: { attribute: false },
    info: { attribute: false },
    revision: { type: Number },
    dark: { type: Boolean },
    printing: { type: Boolean },
    bare: { type: Boolean },
    layout: { state: true },
    size: { state: true },
    refused: { state: true },
  };

  declare session: Session;
  declare info: FigureInfo;
  /** Counts what the session has shown. */
  declare revision: number;
  declare dark: boolean;
  /** Whether it is wanted on paper, wherever it is. */
  declare printing: boolean;
  /** Without coordinates and table. */
  declare bare: boolean;
  declare private layout: Layout | undefined;
  declare private size: { width: number; height: number; scale: number } | undefined;
  declare private refused: string | undefined;

  /** What a pointer holds, where it took hold of it from the handle's middle, and whether it has been selected. */
  private grip: { id: string; left: number; top: number; selected: boolean } | undefined;
  /** Where the pointer was when the surface was last turned, and whether it has moved at all. */
  private turning: { x: number; y: number; moved: boolean } | undefined;
  private near = false;
  private stale = true;
  private resized: ResizeObserver | undefined;
  private seen: IntersectionObserver | undefined;

  override firstUpdated(): void {
    const surface = this.surface;
    this.resized = new ResizeObserver(() => {
      const { width, height } = surface.getBoundingClientRect();
      // On paper it keeps the shape that it was drawn in.
      if (this.printing) return;
      if (width > 0 && height > 0) this.size = { width, height, scale: devicePixelRatio };
    });
    this.resized.observe(surface);
    // What cannot be seen is drawn when it comes near.
    this.seen = new IntersectionObserver(
      (entries) => {
        this.near = entries.some((entry) => entry.isIntersecting);
        if (this.near && this.stale) inSpareTime(this.draw);
      },
      { rootMargin: "50%" },
    );
    this.seen.observe(surface);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    forget(this.draw);
    this.resized?.disconnect();
    this.seen?.disconnect();
  }

  override updated(changed: PropertyValues<this>): void {
    const picture = ["session", "revision", "info", "dark", "printing", "size"] as PropertyKey[];
    if (![...changed.keys()].some((key) => picture.includes(key))) return;
    this.stale = true;
    if (!this.near && !this.printing) return;
    if (this.info.main || this.printing) this.draw();
    else inSpareTime(this.draw);
  }

  /** The part that is drawn on. */
  private get surface(): HTMLElement {
    return this.querySelector<HTMLElement>(".surface") ?? this;
  }

  private readonly draw = (): void => {
    if (this.size === undefined) return;
    const canvases = [...this.querySelectorAll<HTMLCanvasElement>("canvas:not(.paper)")];
    const { width, height } = this.size;
    const scale = this.printing ? Math.max(this.size.scale, FOR_PAPER) : this.size.scale;
    try {
      // Where nothing has moved the controls stay as they are.
      this.layout =
        this.session.draw(this.info.id, canvases, width, height, scale, this.dark) ?? this.layout;
      this.refused = undefined;
      this.putOnPaper(canvases);
    } catch (error) {
      this.refused = sentence(error);
    }
    this.stale = false;
    this.dispatchEvent(
      new CustomEvent("drawn", {
        bubbles: true,
        detail: { figure: this.info.id, layout: this.layout },
      }),
    );
  };

  /** One picture of all layers: on paper a browser would let what one layer clears hide those below. */
  private putOnPaper(layers: readonly HTMLCanvasElement[]): void {
    const paper = this.querySelector<HTMLCanvasElement>(".paper");
    if (paper === null) return;
    paper.width = layers[0]?.width ?? 0;
    paper.height = layers[0]?.height ?? 0;
    const context = paper.getContext("2d");
    for (const layer of layers) context?.drawImage(layer, 0, 0);
  }

  override render(): TemplateResult {
    const { id, title, aspect } = this.info;
    const handles = this.layout?.handles ?? [];
    const held = this.session.description.lock.includes("points");
    return html`<figure aria-labelledby="figure-${id}">
      <figcaption id="figure-${id}">${title}</figcaption>
      <div
        class="surface ${handles.length > 0 && !held ? "takes" : ""} ${this.turns ? "turns" : ""}"
        style="--aspect: ${aspect}; --drawn: ${this.size ? this.size.width / this.size.height : aspect}"
        @pointerdown=${this.hold}
        @pointermove=${this.turn}
        @pointercancel=${this.turned}
        @click=${this.put}
      >
        <div
          class="layers"
          role="img"
          aria-label=${[title, ...(this.layout?.zones ?? [])].join(", ")}
        >
          <canvas></canvas><canvas></canvas><canvas></canvas>
          ${this.printing ? html`<canvas class="paper"></canvas>` : nothing}
        </div>
        ${
          held
            ? nothing
            : repeat(
                handles,
                (handle) => handle.id,
                (handle, i) => this.handleView(handle, i, handles),
              )
        }
      </div>
      ${this.refused === undefined ? nothing : html`<p class="error" role="alert">${this.refused}</p>`}
      ${
        this.bare
          ? nothing
          : html`<div class="beneath">
              ${handleFields(this.session, id, held ? [] : handles)}
              <loss-explorer-table
                .session=${this.session}
                .figure=${id}
                .revision=${this.revision}
              ></loss-explorer-table>
            </div>`
      }
    </figure>`;
  }

  private handleView(handle: Handle, i: number, handles: readonly Handle[]): TemplateResult {
    // One stop in the order of focus; Page Up and Page Down go from handle to handle.
    const stop = handle.selected || (i === 0 && !handles.some(({ selected }) => selected));
    return html`<button
      class="handle ${handle.freedom}"
      style="left: ${handle.left}px; top: ${handle.top}px"
      tabindex=${stop ? 0 : -1}
      aria-pressed=${handle.selected ? "true" : "false"}
      aria-label=${handle.name}
      aria-keyshortcuts="ArrowLeft ArrowRight ArrowUp ArrowDown PageUp PageDown"
      title="Drag, or use the arrow keys"
      @pointerdown=${(event: PointerEvent) => {
        this.grab(event, handle);
      }}
      @pointermove=${this.drag}
      @pointerup=${this.release}
      @pointercancel=${this.release}
      @keydown=${(event: KeyboardEvent) => {
        this.press(event, handle, handles);
      }}
      @click=${(event: Event) => {
        event.stopPropagation();
        this.select(handle);
      }}
    ></button>`;
  }

  private select({ id, selected }: Handle): void {
    if (selected) return;
    this.session.attempt("selected", (explorer) => {
      explorer.select(this.info.id, id);
    });
  }

  private grab(event: PointerEvent, handle: Handle): void {
    if (event.button !== 0) return;
    const button = event.currentTarget as HTMLElement;
    button.setPointerCapture(event.pointerId);
    const { left, top } = this.place(event);
    this.grip = {
      id: handle.id,
      left: left - handle.left,
      top: top - handle.top,
      selected: handle.selected,
    };
  }

  private readonly drag = (event: PointerEvent): void => {
    const { grip } = this;
    if (grip === undefined) return;
    const figure = this.info.id;
    const { id } = grip;
    const { left, top } = this.place(event);
    const [x, y] = [left - grip.left, top - grip.top];
    this.session.change(`${figure} ${id}`, (explorer) => {
      if (!grip.selected) explorer.select(figure, id);
      grip.selected = true;
      explorer.drag(figure, id, x, y);
    });
  };

  private readonly release = (): void => {
    if (this.grip === undefined) return;
    this.grip = undefined;
    this.session.finish();
  };

  /** Where a pointer is, in CSS pixels of the drawing. */
  private place({ clientX, clientY }: MouseEvent): { left: number; top: number } {
    const { left, top } = this.surface.getBoundingClientRect();
    return { left: clientX - left, top: clientY - top };
  }

  /** Whether it is a surface that may be turned. */
  private get turns(): boolean {
    const { lock } = this.session.description;
    return this.layout?.turns === true && !lock.includes("yaw") && !lock.includes("pitch");
  }

  private readonly hold = (event: PointerEvent): void => {
    if (!this.turns || event.button !== 0 || this.grip !== undefined) return;
    this.turning = { x: event.clientX, y: event.clientY, moved: false };
  };

  private readonly turn = ({ clientX, clientY, pointerId }: PointerEvent): void => {
    const from = this.turning;
    if (from === undefined) return;
    if (!from.moved) {
      if (Math.hypot(clientX - from.x, clientY - from.y) <= STILL) return;
      from.moved = true;
      // From here on the pointer may leave the figure.
      this.surface.setPointerCapture(pointerId);
    }
    this.session.change("yaw", (explorer) => {
      explorer.turn(TURN * (clientX - from.x), TURN * (clientY - from.y));
      [from.x, from.y] = [clientX, clientY];
    });
  };

  /** Ends turning; answers whether there was any. */
  private readonly turned = (): boolean => {
    const moved = this.turning?.moved === true;
    this.turning = undefined;
    if (moved) this.session.finish();
    return moved;
  };

  /** A click or tap in the figure puts the selected handle there. */
  private readonly put = (event: MouseEvent): void => {
    if (this.turned()) return;
    const handle = this.layout?.handles.find(({ selected }) => selected);
    if (handle === undefined || this.session.description.lock.includes("points")) return;
    const { plot } = this.layout ?? {};
    const { left, top } = this.place(event);
    const inside =
      plot !== undefined &&
      left >= plot.left &&
      left <= plot.left + plot.width &&
      top >= plot.top &&
      top <= plot.top + plot.height;
    if (!inside) return;
    const figure = this.info.id;
    this.session.attempt(`${figure} ${handle.id}`, (explorer) => {
      explorer.drag(figure, handle.id, left, top);
    });
  };

  private press(event: KeyboardEvent, handle: Handle, handles: readonly Handle[]): void {
    const figure = this.info.id;
    const arrow = ARROWS[event.key];
    if (arrow !== undefined) {
      event.preventDefault();
      const far = event.shiftKey ? LEAP : 1;
      this.session.attempt(`${figure} ${handle.id}`, (explorer) => {
        explorer.select(figure, handle.id);
        explorer.nudge(figure, handle.id, arrow[0] * far, arrow[1] * far);
      });
      return;
    }
    const turn = { PageUp: -1, PageDown: 1 }[event.key];
    if (turn === undefined || handles.length < 2) return;
    event.preventDefault();
    const next = handles[(handles.indexOf(handle) + turn + handles.length) % handles.length];
    if (next === undefined) return;
    this.select(next);
    const buttons = this.querySelectorAll<HTMLElement>(".handle");
    buttons[handles.indexOf(next)]?.focus();
  }
}

define("loss-explorer-figure", FigureView);
