/// <reference types="node" />
/**
 * What people read about losses and exhibits, prepared at build time: formulas rendered by KaTeX, one module
 * a loss, and an index to search. At run time KaTeX is only a style sheet and its fonts.
 *
 * - `virtual:search`: what a loss can be found by, besides id and title.
 * - `virtual:names`: what losses are called besides id and title.
 * - `virtual:prose`: for each loss, a function that loads what there is to read.
 * - `virtual:stories`: the same for each exhibit.
 * - `virtual:symbols`: the symbols of parameters as HTML, by their LaTeX.
 * - `virtual:katex`: KaTeX's style sheet, and its fonts apart from it.
 */

import { readFile } from "node:fs/promises";
import katex from "katex";
import type { Plugin } from "vite";
import type { Paper, Prose, SearchEntry } from "virtual:prose";
import type { Story } from "virtual:stories";
import { catalogue, deferredFrom, initSync } from "./generated/wasm/loss_explorer.js";

interface Entry {
  id: string;
  title: string;
  family: string;
  summary: string;
  formula: string;
  gradient: string;
  source: Prose["source"];
  papers: string[];
  aliases: string[];
  facts: string[];
  dialects: Prose["dialects"];
  params: { name: string; symbol: string }[];
}

const ENTRIES = new URL("./generated/catalogue.json", import.meta.url);
const PAPERS = new URL("./generated/papers.json", import.meta.url);
const EXHIBITS = new URL("./generated/exhibits.json", import.meta.url);
const WASM = new URL("./generated/wasm/loss_explorer_bg.wasm", import.meta.url);
const DEFERRED = new URL("./generated/wasm/loss_explorer_deferred.wasm", import.meta.url);
const PREFIX = "virtual:";

/** LaTeX as HTML; a `\p{name}` in it becomes the symbol of that parameter, marked with its name. */
function render(latex: string, params: Entry["params"], displayMode: boolean): string {
  if (latex === "") return "";
  const tied = latex.replaceAll(/\\p\{(\w+)\}/g, (_, name: string) => {
    const symbol = params.find((param) => param.name === name)?.symbol;
    const shown =
      symbol === undefined || symbol === "" ? `\\mathrm{${name.replaceAll("_", "\\ ")}}` : symbol;
    return `{\\htmlData{param=${name}}{${shown}}}`;
  });
  return katex.renderToString(tied, {
    displayMode,
    output: displayMode ? "htmlAndMathml" : "html",
    strict: false,
    trust: ({ command }) => command === "\\htmlData",
  });
}

async function entries(): Promise<Entry[]> {
  return JSON.parse(await readFile(ENTRIES, "utf8")) as Entry[];
}

/** The papers of these ids. */
async function papersOf(ids: readonly string[]): Promise<Paper[]> {
  const all = JSON.parse(await readFile(PAPERS, "utf8")) as (Paper & { id: string })[];
  return ids.map((id) => {
    const found = all.find((paper) => paper.id === id);
    if (found === undefined) throw new Error(`there is no paper ${id}`);
    const { title, authors, year, venue, link } = found;
    return { title, authors, year, venue, link };
  });
}

async function titlesOf(ids: readonly string[]): Promise<string[]> {
  return (await papersOf(ids)).map(({ title }) => title);
}

async function search(): Promise<string> {
  const losses = (await entries()).map(async (entry): Promise<SearchEntry> => {
    const { id, title, family, summary, aliases, papers, source, dialects } = entry;
    const { authors, venue, year } = source;
    const called = dialects.flatMap(({ library, call }) => [library, call]);
    return {
      id,
      title,
      names: [...new Set([...aliases, ...called])].join(" "),
      family,
      text: [summary, ...(await titlesOf(papers)), authors, source.title, venue, year || ""].join(
        " ",
      ),
    };
  });
  const exhibits = (await stories()).map(async ({ id, claim, papers }) => [
    id,
    [claim, ...(await titlesOf(papers))].join(" "),
  ]);
  return `export default ${JSON.stringify(await Promise.all(losses))};
export const exhibitTexts = ${JSON.stringify(Object.fromEntries(await Promise.all(exhibits)))}`;
}

/** A line `id name` for every alias of a loss, and for the last part of what libraries call it. */
async function names(): Promise<string> {
  const lines = (await entries()).flatMap(({ id, aliases, dialects }) => {
    const called = dialects.map(({ call }) => call.split(".").at(-1) ?? call);
    return [...new Set([...aliases, ...called])].map((name) => `${id} ${name}\n`);
  });
  return `export default ${JSON.stringify(lines.join(""))}`;
}

/** An exhibit as the command line prints it: papers by their ids. */
type Told = Omit<Story, "papers"> & { id: string; papers: string[] };

async function stories(): Promise<Told[]> {
  return JSON.parse(await readFile(EXHIBITS, "utf8")) as Told[];
}

/** For each id a function that imports its module. */
function index(kind: string, of: readonly { id: string }[]): string {
  const lines = of.map(({ id }) => `${JSON.stringify(id)}: () => import("${PREFIX}${kind}/${id}")`);
  return `export default {${lines.join(",\n")}}`;
}

async function prose(id: string): Promise<string> {
  const entry = (await entries()).find((candidate) => candidate.id === id);
  if (entry === undefined) throw new Error(`there is no loss ${id} in the catalogue`);
  const { summary, source, papers, facts, dialects, params } = entry;
  const text: Prose = {
    summary,
    source,
    papers: await papersOf(papers),
    facts,
    dialects,
    formula: render(entry.formula, params, true),
    gradient: render(entry.gradient, params, true),
  };
  return `export default ${JSON.stringify(text)}`;
}

async function story(id: string): Promise<string> {
  const found = (await stories()).find((exhibit) => exhibit.id === id);
  if (found === undefined) throw new Error(`there is no exhibit ${id}`);
  const { claim, tries, caveat } = found;
  const papers = await papersOf(found.papers);
  return `export default ${JSON.stringify({ claim, tries, caveat, papers } satisfies Story)}`;
}

/** The symbols of parameters and knobs as HTML. */
async function rendered(): Promise<Record<string, string>> {
  const first: unknown = initSync({ module: await readFile(WASM) });
  await WebAssembly.instantiate(await readFile(DEFERRED), {
    "": first as WebAssembly.ModuleImports,
  });
  deferredFrom(() => undefined);
  const { symbols } = catalogue() as { symbols: string[] };
  return Object.fromEntries(symbols.map((latex) => [latex, render(latex, [], false)]));
}

/** The rules of a style sheet, which are not nested, that may apply to some HTML. */
function rulesFor(sheet: string, markup: string): string {
  const classes = new Set(
    [...markup.matchAll(/class="([^"]*)"/g)].flatMap(([, names = ""]) => names.split(" ")),
  );
  const applies = (selector: string): boolean =>
    [...selector.matchAll(/\.([\w-]+)/g)].every(([, name = ""]) => classes.has(name));
  return [...sheet.matchAll(/([^{}]+)(\{[^{}]*\})/g)]
    .map(([, selectors = "", body = ""]): [string, string] => [
      selectors.split(",").filter(applies).join(","),
      body,
    ])
    .filter(([selectors]) => selectors !== "")
    .map((rule) => rule.join(""))
    .join("");
}

/** What our formulas need of the style sheet, each font in the one format that every browser reads. */
async function styleSheet(): Promise<string> {
  const folder = new URL("./", import.meta.resolve("katex/dist/katex.min.css"));
  const sheet = await readFile(new URL("katex.min.css", folder), "utf8");
  const rules = /@font-face\{[^}]*\}/g;
  const property = (rule: string, name: RegExp): string => name.exec(rule)?.[1] ?? "";
  const faces = (sheet.match(rules) ?? []).map((rule) => ({
    family: property(rule, /font-family:(\w+)/),
    style: property(rule, /font-style:(\w+)/),
    weight: property(rule, /font-weight:(\w+)/),
    file: property(rule, /url\((fonts\/[\w-]+\.woff2)\)/),
  }));
  const imports = faces.map(({ file }, i) => `import file${i} from "katex/dist/${file}?url";`);
  const list = faces.map(
    ({ family, style, weight }, i) =>
      `{ family: "${family}", style: "${style}", weight: "${weight}", file: file${i} }`,
  );
  const formulas = (await entries()).flatMap(({ formula, gradient, params }) => [
    render(formula, params, true),
    render(gradient, params, true),
  ]);
  const markup = [...formulas, ...Object.values(await rendered())].join("");
  return [
    ...imports,
    `export const faces = [${list.join(",")}];`,
    `export const sheet = ${JSON.stringify(rulesFor(sheet.replaceAll(rules, ""), markup))};`,
  ].join("\n");
}

/** The virtual modules above. */
export function cataloguePlugin(): Plugin {
  return {
    name: "catalogue",
    enforce: "pre",
    resolveId: (id) => (id.startsWith(PREFIX) ? `\0${id}` : null),
    async load(id) {
      if (!id.startsWith(`\0${PREFIX}`)) return null;
      const [kind = "", about] = id.slice(PREFIX.length + 1).split("/");
      if (kind === "search") return search();
      if (kind === "names") return names();
      if (kind === "symbols") return `export default ${JSON.stringify(await rendered())}`;
      if (kind === "katex") return styleSheet();
      if (kind === "stories") return about ? story(about) : index(kind, await stories());
      return about ? prose(about) : index(kind, await entries());
    },
  };
}
