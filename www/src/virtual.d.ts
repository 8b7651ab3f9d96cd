/** The modules that `catalogue-plugin.ts` makes. */

declare module "virtual:prose" {
  /** What there is to read about a loss. Formulas are HTML, parameters in them carry `data-param`. */
  export interface Prose {
    summary: string;
    formula: string;
    /** Empty if it teaches nothing. */
    gradient: string;
    source: { authors: string; year: number; title: string; venue: string };
    papers: string[];
    facts: string[];
  }

  /** What a loss can be found by: a text in lower case. */
  export interface SearchEntry {
    id: string;
    words: string;
  }

  const loaders: Record<string, () => Promise<{ default: Prose }>>;
  export default loaders;
}

declare module "virtual:search" {
  import type { SearchEntry } from "virtual:prose";

  const entries: SearchEntry[];
  export default entries;
}

declare module "virtual:symbols" {
  /** HTML of a symbol by its LaTeX. */
  const symbols: Record<string, string>;
  export default symbols;
}

declare module "virtual:katex" {
  /** The fonts of the style sheet. */
  export const faces: { family: string; style: string; weight: string; file: string }[];
  /** The style sheet without them. */
  export const sheet: string;
}
