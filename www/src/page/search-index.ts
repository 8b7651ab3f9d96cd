/**
 * The catalogue as something to search: names count most, a thing that is called just so comes first, an exhibit before a
 * loss that fits no better, and typing errors and the words of a question are forgiven where nothing fits.
 */

import MiniSearch, { type SearchResult } from "minisearch";
import { exhibits, losses, type SearchEntry } from "virtual:search";
import type { Catalogue } from "../description.ts";

/** Something to find: the pair that a link to it has, and the words that it is found by. */
type Entry = SearchEntry & { pair: string };

/** Typing errors are looked for in words from this length on. */
const LONG = 4;

/** How much better than all else is what has this very title or id, and what is also called so. */
const TITLE = 10_000;
const NAMESAKE = 100;

/** How much an exhibit counts beside a loss. */
const EXHIBIT = 2;

/** What a question is made of and no answer. */
const ASKING = new Set(
  "a an the of in on at to for from with and or is are be do does did it its my i we you this that not no how what when where which who why can should if loss losses function learning".split(
    " ",
  ),
);

export class SearchIndex {
  /** By a name, how much more the pairs count that are called so. */
  private readonly called = new Map<string, Map<string, number>>();

  private readonly index = new MiniSearch<Entry>({
    idField: "pair",
    fields: ["id", "title", "names", "topics", "text"],
    tokenize: (text) => words(text).flatMap(withParts),
    processTerm: plain,
    searchOptions: {
      tokenize: words,
      boost: { id: 6, title: 6, names: 6, topics: 2 },
      prefix: true,
      boostDocument: (pair) => (String(pair).startsWith("exhibit=") ? EXHIBIT : 1),
    },
    extractField: (entry, field) => {
      const value = entry[field as keyof Entry];
      return Array.isArray(value) ? value.join(" ") : value;
    },
  });

  constructor(catalogue: Catalogue) {
    const shown = new Set(
      catalogue.families.flatMap((family) => family.losses.map(({ id }) => id)),
    );
    const entries = [
      ...losses
        .filter(({ id }) => shown.has(id))
        .map((entry) => ({ ...entry, pair: `loss=${entry.id}` })),
      ...exhibits.map((entry) => ({ ...entry, pair: `exhibit=${entry.id}` })),
    ];
    this.index.addAll(entries);
    for (const { pair, id, title, names } of entries) {
      for (const name of names) this.call(name, pair, NAMESAKE);
      for (const name of [id, title]) this.call(name, pair, TITLE);
    }
  }

  private call(name: string, pair: string, weight: number): void {
    const key = bare(name);
    this.called.set(key, (this.called.get(key) ?? new Map<string, number>()).set(pair, weight));
  }

  /** The pairs of what is found, the best first. */
  find(query: string): string[] {
    const asked = words(query).filter((word) => !ASKING.has(plain(word)));
    const text = asked.length > 0 ? asked.join(" ") : query;
    const near = (term: string): number | false => term.length >= LONG && 0.25;
    const ways = [
      { combineWith: "AND" as const },
      { combineWith: "AND" as const, fuzzy: near },
      // What holds most of a question answers it.
      {
        combineWith: "OR" as const,
        filter: ({ queryTerms }: SearchResult) => 2 * queryTerms.length >= asked.length,
      },
    ];
    const namesakes = this.called.get(bare(query));
    const rank = ({ id, score }: SearchResult): number => score * (namesakes?.get(String(id)) ?? 1);
    for (const way of ways) {
      const found = this.index.search(text, way);
      // The identity of what is found is its pair.
      if (found.length > 0) {
        return found.sort((a, b) => rank(b) - rank(a)).map(({ id }) => String(id));
      }
    }
    return [];
  }
}

function words(text: string): string[] {
  return text.split(/[^\p{L}\p{N}\p{M}]+/u).filter((word) => word !== "");
}

function plain(word: string): string {
  return word.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();
}

/** A name without what people leave out of it: spaces, signs, modules before it and “loss” behind it. */
function bare(name: string): string {
  const last = /^[\w.]+$/.test(name) ? (name.split(".").at(-1) ?? name) : name;
  return words(plain(last))
    .join("")
    .replace(/(loss|criterion)$/, "");
}

/** A word, and the parts of one that is written in camel case: TripletMarginLoss, Triplet, Margin, Loss. */
function withParts(word: string): string[] {
  const parts = word.split(/(?<=\p{Ll}|\p{N})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u);
  return parts.length > 1 ? [word, ...parts] : [word];
}
