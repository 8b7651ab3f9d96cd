/** The modules that `catalogue-plugin.ts` and `worker-plugin.ts` make. */

declare module "virtual:texts" {
  /**
   * Where the texts are: `losses/ID.json` a `Prose`, `dialects/ID.json` a `Dialect[]`, `exhibits/ID.json` a `Story`,
   * `stages/ID.json` a `Guide`.
   */
  export const folder: string;

  /** What there is to read about a loss. Formulas are HTML, parameters in them carry `data-param`. */
  export interface Prose {
    summary: string;
    formula: string;
    /** Empty if it teaches nothing. */
    gradient: string;
    source: { authors: string; year: number; title: string; venue: string };
    papers: Paper[];
    facts: string[];
    /** The libraries that have it. */
    libraries: string[];
    /** What each parameter does, by its name. */
    params: Record<string, string>;
  }

  /** What there is to read about a stage. */
  export interface Guide {
    /** What is seen and what can be moved. */
    about: string;
    /** What each knob does, by its name. */
    knobs: Record<string, string>;
  }

  /** A paper whose claim is shown. */
  export interface Paper {
    title: string;
    authors: string;
    year: number;
    venue: string;
    /** Empty if there is none that is known to last. */
    link: string;
  }

  /** A loss as another library has it. */
  export interface Dialect {
    library: string;
    /** The version that the scripts have been run against. */
    version: string;
    /** The class or function. */
    call: string;
    arguments: Counterpart[];
    note: string;
    /** The three parts that a script is made of. */
    setup: string;
    array: string;
    code: string;
  }

  /** What becomes of one of our parameters there. */
  export interface Counterpart {
    ours: string;
    /** Python; empty if nothing stands in its place. */
    theirs: string;
    /** The default there, in the terms of the library; empty if there is none. */
    default: string;
    /** The same as the text of our parameter. */
    preset: string | null;
    /** The one value that the library can compute with. */
    only: number | null;
  }

  /** What there is to read about an exhibit. */
  export interface Story {
    claim: string;
    /** What to do and what will be seen. */
    tries: string[];
    /** What to keep in mind; may be empty. */
    caveat: string;
    /** Ids of the figures that it speaks of besides the main ones. */
    figures: string[];
    papers: Paper[];
  }
}

declare module "virtual:search" {
  /** What a loss or an exhibit can be found by. */
  export interface SearchEntry {
    id: string;
    title: string;
    /** What else it is called, also in libraries. */
    names: string[];
    /** Its family and parameters; of an exhibit its losses. */
    topics: string;
    /** What there is to read, papers and authors. */
    text: string;
  }

  export const losses: SearchEntry[];
  export const exhibits: SearchEntry[];
}

declare module "virtual:worker" {
  /** The address of the worker's script. */
  const script: string;
  export default script;
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

declare module "virtual:names" {
  /** What losses are called besides id and title, a line `id name` each. */
  const names: string;
  export default names;
}
