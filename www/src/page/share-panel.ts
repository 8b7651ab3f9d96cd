import { html, nothing, type TemplateResult } from "lit";
import { whole } from "../deferred.ts";
import type { LossExplorer } from "../loss-explorer.ts";
import { Part, define } from "../parts/part.ts";
import { words } from "../quantity.ts";
import { sentence } from "../session.ts";

/** Parts of the explorer besides its controls that a teacher can take away. */
const SECTIONS = ["compare", "actions", "steps", "readouts", "formula", "sweep", "stage", "reset"];

/** Things besides controls that a teacher can hold fast. */
const HOLDS = ["points", "steps"];

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
        </div>
        <label for="share-embed">Embed code</label>
        <div class="row">
          <textarea id="share-embed" readonly rows="3" .value=${this.embedCode}></textarea>
          <button @click=${() => this.copy(this.embedCode, "The embed code")}>
            Copy embed code
          </button>
        </div>
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
          <button @click=${() => this.download("png")}>PNG</button>
          <button @click=${() => this.download("svg")}>SVG</button>
          <button @click=${() => this.download("csv")}>CSV</button>
        </div>
      </section>
      ${this.teacher()}
      <p role="status" class="said">${this.said}</p>`;
  }

  /** Every control with two boxes: hidden and locked in the link. */
  private teacher(): TemplateResult {
    const { groups = [], hide = [], lock = [] } = this.explorer.description ?? {};
    const box = (
      attribute: "hide" | "lock",
      list: readonly string[],
      key: string,
      name: string,
    ): TemplateResult =>
      html`<td>
        <input
          type="checkbox"
          aria-label="${attribute} ${name}"
          .checked=${list.includes(key)}
          @change=${() => {
            this.mark(attribute, list, key);
          }}
        />
      </td>`;
    const rows = groups.flatMap(({ title, contender, controls }) =>
      controls.map(({ key, name }) => ({
        key,
        name: `${words(name)}${(contender ?? 0) > 0 ? ` of ${title}` : ""}`,
      })),
    );
    const sections = SECTIONS.map((key) => ({ key, name: key }));
    return html`<details>
      <summary>For a class: hide or lock controls in the link</summary>
      <div class="scroll" tabindex="0" role="region" aria-label="Controls to hide or lock">
        <table>
          <thead>
            <tr>
              <th scope="col">Control</th>
              <th scope="col">Hide</th>
              <th scope="col">Lock</th>
            </tr>
          </thead>
          <tbody>
            ${[...rows, { key: "points", name: "points" }, ...sections].map(
              ({ key, name }) =>
                html`<tr>
                  <th scope="row">${name}</th>
                  ${key === "points" ? html`<td></td>` : box("hide", hide, key, name)}
                  ${SECTIONS.includes(key) && !HOLDS.includes(key) ? html`<td></td>` : box("lock", lock, key, name)}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </details>`;
  }

  private mark(attribute: "hide" | "lock", list: readonly string[], key: string): void {
    const without = list.filter((other) => other !== key);
    const marked = without.length === list.length ? [...list, key] : without;
    this.explorer[attribute] = marked.join(",");
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

  private async download(kind: "png" | "svg" | "csv"): Promise<void> {
    const { explorer } = this;
    const figure = this.figure ?? explorer.description?.figures[0]?.id;
    if (figure === undefined) return;
    const contents = {
      png: () => explorer.toBlob({ figure }),
      svg: () => explorer.toBlob({ figure, type: "image/svg+xml" }),
      csv: () => new Blob([explorer.toCSV(figure)], { type: "text/csv" }),
    };
    const name = `${explorer.loss ?? "loss"}-${figure}.${kind}`;
    const link = document.createElement("a");
    try {
      await whole();
      link.href = URL.createObjectURL(await contents[kind]());
    } catch (error) {
      this.said = `${name} is not saved: ${sentence(error)}`;
      return;
    }
    link.download = name;
    link.click();
    URL.revokeObjectURL(link.href);
    this.said = `${name} is saved.`;
  }
}

define("share-panel", SharePanel);
