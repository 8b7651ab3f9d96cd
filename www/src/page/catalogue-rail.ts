import { html, nothing, type TemplateResult } from "lit";
import { Arrival } from "../arrival.ts";
import { alsoWhenMet } from "../deferred.ts";
import type { Catalogue, Name } from "../description.ts";
import { loadCatalogue } from "../engine.ts";
import type { LossExplorer } from "../loss-explorer.ts";
import { Part, define } from "../parts/part.ts";
import type { Address } from "./address.ts";

const searching = (): Promise<typeof import("./search-index.ts")> => import("./search-index.ts");
alsoWhenMet(searching);

/** Exhibits and losses to choose from, found by name, alias, library class, family, paper or author. */
export class CatalogueRail extends Part {
  static override properties = {
    catalogue: { state: true },
    query: { state: true },
    shown: { state: true },
  };

  explorer: LossExplorer | undefined;
  address: Address | undefined;

  declare private catalogue: Catalogue | undefined;
  declare private query: string;
  /** What the explorer shows: `exhibit=…` or `loss=…`. */
  declare private shown: string;

  /** What finds them, once somebody searches. */
  private readonly index = new Arrival(this, async () => {
    const [{ SearchIndex }, catalogue] = await Promise.all([searching(), loadCatalogue()]);
    return new SearchIndex(catalogue);
  });

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
          placeholder="Name, paper, class"
          autocomplete="off"
          .value=${this.query}
          @focus=${() => {
            this.index.want();
          }}
          @input=${this.search}
        />
      </search>
      ${this.catalogue === undefined ? nothing : this.list(this.catalogue)}
    </nav>`;
  }

  private list({ exhibits, families }: Catalogue): TemplateResult {
    const { value: index, words } = this.index;
    if (index === undefined || this.query.trim() === "") {
      return html`${this.query === "" ? nothing : html`<p class="none" role="status">${words}</p>`}
      ${this.section("Exhibits", exhibits, "exhibit")}
      ${families.map(({ name, losses }) => this.section(name, losses, "loss"))}`;
    }
    const found = index.find(this.query);
    const best = (kind: "exhibit" | "loss", names: readonly Name[]): Name[] => {
      const byPair = new Map(names.map((name) => [`${kind}=${name.id}`, name]));
      return found.flatMap((pair) => byPair.get(pair) ?? []);
    };
    const losses = families.flatMap((family) => family.losses);
    return html`${this.section("Losses", best("loss", losses), "loss")}
      ${this.section("Exhibits", best("exhibit", exhibits), "exhibit")}
      <p class=${found.length === 0 ? "none" : "unseen"} role="status">
        ${found.length === 0 ? `Nothing is found for “${this.query}”.` : `${found.length} found`}
      </p>`;
  }

  private section(
    title: string,
    names: readonly Name[],
    key: "exhibit" | "loss",
  ): TemplateResult | typeof nothing {
    if (names.length === 0) return nothing;
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
    this.index.want();
  };
}

define("catalogue-rail", CatalogueRail);

declare global {
  interface HTMLElementTagNameMap {
    "catalogue-rail": CatalogueRail;
  }
}
