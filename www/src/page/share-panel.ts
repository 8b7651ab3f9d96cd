import { html, nothing, type TemplateResult } from "lit";
import { download } from "../download.ts";
import type { LossExplorer } from "../loss-explorer.ts";
import { Part, define } from "../parts/part.ts";
import { words } from "../quantity.ts";
import { sentence } from "../session.ts";

/** The files that a figure is saved as. */
const TYPES = { png: "image/png", svg: "image/svg+xml", csv: "text/csv" } as const;

/** What a teacher can do to a part of the page. */
const MARKS = ["hide", "show", "lock"] as const;
const SEEN = ["hide", "show"] as const;
const LOCK = ["lock"] as const;

type Mark = (typeof MARKS)[number];

interface Row {
  key: string;
  name: string;
  marks: readonly Mark[];
}

/** Links, embed code, files, and what a teacher hides or locks in a link. */
export class SharePanel extends Part {
  static override properties = {
    explorer: { attribute: false },
    opened: { type: Number },
    said: { state: true },
    figure: { state: true },
  };

  declare explorer: LossExplorer;
  /** Counts how often it has been opened. */
  declare opened: number;
  /** What was done last, in words. */
  declare private said: string;
  declare private figure: string | undefined;

  constructor() {
    super();
    this.said = "";
  }

  override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has("opened")) this.said = "";
  }

  private get link(): string {
    return `${location.origin}${location.pathname}?${this.explorer.toState()}`;
  }

  private get embedCode(): string {
    const state = this.explorer.toState().replaceAll("&", "&amp;").replaceAll('"', "&quot;");
    return `<script type="module" src="loss-explorer/loss-explorer.js"></script>\n<loss-explorer state="${state}"></loss-explorer>`;
  }

  override render(): TemplateResult | typeof nothing {
    if (this.explorer.description === undefined) return nothing;
    const { figures } = this.explorer.description;
    return html`<section>
        <label for="share-link">Link</label>
        <div class="row">
          <input id="share-link" readonly .value=${this.link} />
          <button @click=${() => this.copy(this.link, "The link")}>Copy link</button>
          <button @click=${this.present}>Present</button>
        </div>
        <label for="share-embed">Embed code</label>
        <div class="row">
          <textarea id="share-embed" readonly rows="3" .value=${this.embedCode}></textarea>
          <button @click=${() => this.copy(this.embedCode, "The embed code")}>
            Copy embed code
          </button>
        </div>
        <p class="hint">
          It expects the files of the package <code>loss-explorer</code> in a folder of that name
          beside your page.
        </p>
      </section>
      <section>
        <label for="share-figure">Figure</label>
        <div class="row">
          <select
            id="share-figure"
            @change=${(event: Event) => (this.figure = (event.target as HTMLSelectElement).value)}
          >
            ${figures.map(({ id, title }) => html`<option value=${id}>${title}</option>`)}
          </select>
          <button @click=${() => this.save("png")}>PNG</button>
          <button @click=${() => this.save("svg")}>SVG</button>
          <button @click=${() => this.save("csv")}>CSV</button>
        </div>
      </section>
      ${this.teacher()}
      <p role="status" class="said">${this.said}</p>`;
  }

  /** Everything that can be hidden, shown alone or locked in the link. */
  private teacher(): TemplateResult | typeof nothing {
    const { description } = this.explorer;
    if (description === undefined) return nothing;
    const { groups, parts, figures } = description;
    const controls = groups.flatMap(({ title, contender, controls: own }) =>
      own.map(({ key, name }) => ({
        key,
        name: `${words(name)}${(contender ?? 0) > 0 ? ` of ${title}` : ""}`,
        marks: MARKS,
      })),
    );
    const rows: Row[] = [
      ...controls,
      ...parts.map(({ id, title }) => ({
        key: id,
        name: title,
        // What can be dragged is on the figures.
        marks: id === "points" ? LOCK : id === "steps" ? MARKS : SEEN,
      })),
      ...figures.map(({ id, title }) => ({ key: id, name: `figure: ${title}`, marks: SEEN })),
    ];
    return html`<details>
      <summary>For a class: hide, show alone or lock in the link</summary>
      <div class="scroll" tabindex="0" role="region" aria-label="What to hide, show or lock">
        <table>
          <thead>
            <tr>
              <th scope="col">What</th>
              <th scope="col">Hide</th>
              <th scope="col">Show only</th>
              <th scope="col">Lock</th>
            </tr>
          </thead>
          <tbody>
            ${rows.map(
              ({ key, name, marks }) =>
                html`<tr>
                  <th scope="row">${name}</th>
                  ${MARKS.map((mark) =>
                    marks.includes(mark) ? this.box(mark, key, name) : html`<td></td>`,
                  )}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </details>`;
  }

  private box(mark: Mark, key: string, name: string): TemplateResult {
    const list = this.explorer.description?.[mark] ?? [];
    return html`<td>
      <input
        type="checkbox"
        aria-label="${mark === "show" ? "show only" : mark} ${name}"
        .checked=${list.includes(key)}
        @change=${() => {
          this.mark(mark, list, key);
        }}
      />
    </td>`;
  }

  private mark(attribute: Mark, list: readonly string[], key: string): void {
    const without = list.filter((other) => other !== key);
    const marked = without.length === list.length ? [...list, key] : without;
    this.explorer[attribute] = marked.join(",");
    this.follow();
  }

  /** Shows what has become of the link. */
  private follow(): void {
    void this.explorer.updateComplete.then(() => {
      // The explorer shows the change a frame later.
      requestAnimationFrame(() =>
        requestAnimationFrame(() => {
          this.requestUpdate();
        }),
      );
    });
  }

  private async copy(text: string, what: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      this.said = `${what} is copied.`;
    } catch {
      this.said = `${what} could not be copied: select the text and copy it by hand.`;
    }
  }

  private readonly present = (): void => {
    this.explorer.present = "1";
    this.closest("dialog")?.close();
  };

  private async save(kind: keyof typeof TYPES): Promise<void> {
    const { explorer } = this;
    const figure = this.figure ?? explorer.description?.figures[0]?.id;
    if (figure === undefined) return;
    const name = `${explorer.loss ?? "loss"}-${figure}.${kind}`;
    this.said = `${name} is being computed.`;
    try {
      download(await explorer.toBlob({ figure, type: TYPES[kind] }), name);
    } catch (error) {
      this.said = `${name} is not saved: ${sentence(error)}`;
      return;
    }
    this.said = `${name} is saved.`;
  }
}

define("share-panel", SharePanel);
