import { html, nothing, type TemplateResult } from "lit";
import { whole } from "../deferred.ts";
import type { LossExplorer } from "../loss-explorer.ts";
import { Part, define } from "../parts/part.ts";
import { words } from "../quantity.ts";
import { sentence } from "../session.ts";
import type { Address } from "./address.ts";
import { type Link, linkOf } from "./link.ts";
import { shortfall } from "./shortfall.ts";
import { fileOf, stateIn } from "./state-file.ts";

/** Parts of the explorer besides its controls that a teacher can take away. */
const SECTIONS = ["compare", "actions", "steps", "readouts", "formula", "sweep", "stage", "reset"];

/** Things besides controls that a teacher can hold fast. */
const HOLDS = ["points", "steps"];

/** Links, embed code, files, and what a teacher hides or locks in a link. */
export class SharePanel extends Part {
  static override properties = {
    explorer: { attribute: false },
    address: { attribute: false },
    opened: { type: Number },
    said: { state: true },
    figure: { state: true },
  };

  declare explorer: LossExplorer;
  declare address: Address;
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

  private get link(): Link {
    const { text, without } = linkOf(this.explorer.toState());
    return { text: `${location.origin}${location.pathname}?${text}`, without };
  }

  private get embedCode(): string {
    const state = this.explorer.toState().replaceAll("&", "&amp;").replaceAll('"', "&quot;");
    return `<script type="module" src="loss-explorer/loss-explorer.js"></script>\n<loss-explorer state="${state}"></loss-explorer>`;
  }

  override render(): TemplateResult | typeof nothing {
    if (this.explorer.description === undefined) return nothing;
    const { figures } = this.explorer.description;
    const { link } = this;
    return html`<section>
        <label for="share-link">Link</label>
        <div class="row">
          <input id="share-link" readonly .value=${link.text} />
          <button @click=${() => this.copy(link.text, "The link")}>Copy link</button>
        </div>
        ${link.without.length > 0 ? html`<p class="short">${shortfall(link.without)}</p>` : nothing}
        <span class="name">File</span>
        <div class="row">
          <span
            >Holds everything, however much it is. Drop it anywhere on the page to open it.</span
          >
          <button @click=${this.saveFile}>Save as a file</button>
          <button @click=${this.chooseFile}>Open a file</button>
          <input type="file" hidden accept=".txt,text/plain" @change=${this.openFile} />
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
    try {
      await whole();
      this.save(await contents[kind](), name);
    } catch (error) {
      this.said = `${name} is not saved: ${sentence(error)}`;
    }
  }

  private save(contents: Blob, name: string): void {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(contents);
    link.download = name;
    link.click();
    URL.revokeObjectURL(link.href);
    this.said = `${name} is saved.`;
  }

  private get file(): File {
    return fileOf(this.explorer.toState(), this.explorer.exhibit ?? this.explorer.loss ?? "loss");
  }

  private readonly saveFile = (): void => {
    const { file } = this;
    this.save(file, file.name);
  };

  private readonly chooseFile = (): void => {
    this.querySelector<HTMLInputElement>("input[type=file]")?.click();
  };

  private readonly openFile = async (event: Event): Promise<void> => {
    const field = event.target as HTMLInputElement;
    const [file] = field.files ?? [];
    if (file === undefined) return;
    try {
      this.address.go(await stateIn(file));
      this.said = `${file.name} is open.`;
    } catch (error) {
      this.said = `${sentence(error)}.`;
    }
    // The same file may be chosen once more.
    field.value = "";
  };
}

define("share-panel", SharePanel);
