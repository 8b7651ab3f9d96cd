import { html, nothing, type TemplateResult } from "lit";
import type { SearchEntry } from "virtual:prose";
import type { Catalogue, Name } from "../description.ts";
import { loadCatalogue } from "../engine.ts";
import type { LossExplorer } from "../loss-explorer.ts";
import { Part, define } from "../parts/part.ts";
import type { Address } from "./address.ts";

/** Exhibits and losses to choose from, found by name, alias, family, paper or author. */
export class CatalogueRail extends Part {
  static override properties = {
    catalogue: { state: true },
    entries: { state: true },
    query: { state: true },
    shown: { state: true },
  };

  explorer: LossExplorer | undefined;
  address: Address | undefined;

  declare private catalogue: Catalogue | undefined;
  /** What else the losses can be found by, once somebody searches. */
  declare private entries: SearchEntry[] | undefined;
  declare private query: string;
  /** What the explorer shows: `exhibit=…` or `loss=…`. */
  declare private shown: string;

  constructor() {
    super();
    this.query = "";
    this.shown = "";
  }

  /** Lists everything. */
  async fill(): Promise<void> {
    this.catalogue = await loadCatalogue();
    this.mark();
  }

  /** Marks what the explorer shows. */
  mark(): void {
    const { exhibit, losses } = this.explorer?.description ?? {};
    this.shown = exhibit ? `exhibit=${exhibit.id}` : `loss=${losses?.[0]?.id ?? ""}`;
  }

  override render(): TemplateResult {
    return html`<nav aria-label="Catalogue">
      <search>
        <label class="unseen" for="search">Search the catalogue</label>
        <input
          id="search"
          type="search"
          placeholder="Name, paper, author"
          autocomplete="off"
          .value=${this.query}
          @focus=${this.learn}
          @input=${this.search}
        />
      </search>
      ${this.catalogue === undefined ? nothing : this.list(this.catalogue)}
    </nav>`;
  }

  private list({ exhibits, families }: Catalogue): TemplateResult {
    const words = this.query.toLowerCase().split(/\s+/).filter(Boolean);
    const matches = (text: string): boolean =>
      words.every((word) => text.toLowerCase().includes(word));
    const known = new Map(this.entries?.map((entry) => [entry.id, entry.words]));
    const found = exhibits.filter(({ title, papers }) => matches(`${title} ${papers.join(" ")}`));
    const shelves = families
      .map(({ name, losses }) => ({
        name,
        losses: losses.filter(({ id, title }) =>
          matches(`${id} ${title} ${name} ${known.get(id) ?? ""}`),
        ),
      }))
      .filter(({ losses }) => losses.length > 0);
    const count = found.length + shelves.reduce((sum, { losses }) => sum + losses.length, 0);
    return html`${found.length === 0 ? nothing : this.section("Exhibits", found, "exhibit")}
      ${shelves.map(({ name, losses }) => this.section(name, losses, "loss"))}
      <p class=${count === 0 ? "none" : "unseen"} role="status">
        ${words.length === 0 ? "" : count === 0 ? `Nothing is found for “${this.query}”.` : `${count} found`}
      </p>`;
  }

  private section(title: string, names: readonly Name[], key: "exhibit" | "loss"): TemplateResult {
    return html`<section>
      <h2>${title}</h2>
      <ul>
        ${names.map((name) => {
          const pair = `${key}=${name.id}`;
          return html`<li>
            <a
              href="?v=1&${pair}"
              aria-current=${pair === this.shown ? "page" : nothing}
              @click=${this.follow}
              >${name.title}</a
            >
          </li>`;
        })}
      </ul>
    </section>`;
  }

  private readonly follow = (event: MouseEvent): void => {
    // With a modifier key the browser opens a tab of its own.
    if (event.ctrlKey || event.metaKey || event.shiftKey || this.address === undefined) return;
    event.preventDefault();
    this.address.go((event.currentTarget as HTMLAnchorElement).search.slice(1));
  };

  private readonly search = (event: Event): void => {
    this.query = (event.target as HTMLInputElement).value;
    void this.learn();
  };

  private readonly learn = async (): Promise<void> => {
    this.entries ??= (await import("virtual:search")).default;
  };
}

define("catalogue-rail", CatalogueRail);

declare global {
  interface HTMLElementTagNameMap {
    "catalogue-rail": CatalogueRail;
  }
}
