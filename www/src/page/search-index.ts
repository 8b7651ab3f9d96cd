/** The catalogue as something to search: names count most, and typing errors are forgiven where nothing fits. */

import MiniSearch from "minisearch";
import entries, { exhibitTexts, type SearchEntry } from "virtual:search";
import type { Catalogue } from "../description.ts";

/** Something to find: the pair that a link to it has, and the words that it is found by. */
type Entry = SearchEntry & { pair: string };

/** Typing errors are looked for in words from this length on. */
const LONG = 4;

export class SearchIndex {
  private readonly index = new MiniSearch<Entry>({
    idField: "pair",
    fields: ["id", "title", "names", "family", "text"],
    tokenize: (text) => text.split(/[^\p{L}\p{N}\p{M}]+/u).flatMap(withParts),
    processTerm: (term) => term.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase(),
    searchOptions: {
      tokenize: (text) => text.split(/[^\p{L}\p{N}\p{M}]+/u),
      boost: { id: 6, title: 6, names: 6, family: 2 },
      combineWith: "AND",
      prefix: true,
    },
  });

  constructor({ exhibits, families }: Catalogue) {
    const shown = new Set(families.flatMap(({ losses }) => losses.map(({ id }) => id)));
    const losses = entries.filter(({ id }) => shown.has(id));
    this.index.addAll(losses.map((entry) => ({ ...entry, pair: `loss=${entry.id}` })));
    this.index.addAll(
      exhibits.map(({ id, title }) => ({
        id,
        pair: `exhibit=${id}`,
        title,
        names: "",
        family: "",
        text: exhibitTexts[id] ?? "",
      })),
    );
  }

  /** The pairs of what is found, the best first. */
  find(query: string): string[] {
    const fitting = this.index.search(query);
    const near = (term: string): number | false => term.length >= LONG && 0.25;
    const found = fitting.length > 0 ? fitting : this.index.search(query, { fuzzy: near });
    // The identity of what is found is its pair.
    return found.map(({ id }) => String(id));
  }
}

/** A word, and the parts of one that is written in camel case: TripletMarginLoss, Triplet, Margin, Loss. */
function withParts(word: string): string[] {
  const parts = word.split(/(?<=\p{Ll}|\p{N})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u);
  return parts.length > 1 ? [word, ...parts] : [word];
}
