/// <reference types="node" />
/**
 * What people read about losses and exhibits, prepared at build time: formulas rendered by KaTeX, one file
 * a text, and an index to search. At run time KaTeX is only a style sheet and its fonts.
 *
 * - `virtual:texts`: where the texts are.
 * - `virtual:search`: what a loss can be found by, besides id and title.
 * - `virtual:names`: what losses are called besides id and title.
 * - `virtual:symbols`: the symbols of parameters as HTML, by their LaTeX.
 * - `virtual:katex`: KaTeX's style sheet, and its fonts apart from it.
 */

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import katex from "katex";
import type { Plugin } from "vite";
import type { SearchEntry } from "virtual:search";
import type { Dialect, Guide, Paper, Prose, Story } from "virtual:texts";

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
  dialects: Dialect[];
  params: Param[];
}

interface Param {
  name: string;
  symbol: string;
  about: string;
}

interface Stage {
  id: string;
  about: string;
  knobs: Param[];
}

const ENTRIES = new URL("./generated/catalogue.json", import.meta.url);
const PAPERS = new URL("./generated/papers.json", import.meta.url);
const EXHIBITS = new URL("./generated/exhibits.json", import.meta.url);
const STAGES = new URL("./generated/stages.json", import.meta.url);
const PREFIX = "virtual:";

/** A formula as HTML; a `\p{name}` in it becomes the symbol of that parameter, marked with its name. */
function render(latex: string, params: readonly Param[]): string {
  if (latex === "") return "";
  const tied = latex.replaceAll(/\\p\{(\w+)\}/g, (_, name: string) => {
    const symbol = params.find((param) => param.name === name)?.symbol;
    const shown =
      symbol === undefined || symbol === "" ? `\\mathrm{${name.replaceAll("_", "\\ ")}}` : symbol;
    return `{\\htmlData{param=${name}}{${shown}}}`;
  });
  return katex.renderToString(tied, {
    displayMode: true,
    output: "htmlAndMathml",
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
  const all = await entries();
  const losses = all.map(async (entry): Promise<SearchEntry> => {
    const { id, title, family, summary, aliases, papers, source, dialects, params, facts } = entry;
    const { authors, venue, year } = source;
    const called = dialects.flatMap(({ library, call }) => [library, call]);
    const read = [summary, ...facts, ...(await titlesOf(papers)), authors, source.title, venue];
    return {
      id,
      title,
      names: [...new Set([...aliases, ...called])],
      topics: [family, ...params.map(({ name }) => name.replaceAll("_", " "))].join(" "),
      text: [...read, year || ""].join(" "),
    };
  });
  const exhibits = (await told()).map(async (exhibit): Promise<SearchEntry> => {
    const { id, title, claim, tries, caveat, papers, state } = exhibit;
    const pairs = new URLSearchParams(state);
    const shown = `${pairs.get("loss") ?? ""},${pairs.get("vs") ?? ""}`.split(",");
    const of = all.filter((entry) => shown.includes(entry.id));
    const read = [claim, ...tries, caveat, ...(await titlesOf(papers))];
    return {
      id,
      title,
      names: [],
      topics: of
        .flatMap((entry) => [entry.id, entry.title, entry.family, ...entry.aliases])
        .join(" "),
      text: read.join(" "),
    };
  });
  return `export const losses = ${JSON.stringify(await Promise.all(losses))};
export const exhibits = ${JSON.stringify(await Promise.all(exhibits))};`;
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
type Told = Omit<Story, "papers"> & { id: string; title: string; papers: string[]; state: string };

async function told(): Promise<Told[]> {
  return JSON.parse(await readFile(EXHIBITS, "utf8")) as Told[];
}

async function prose(entry: Entry): Promise<Prose> {
  const { summary, source, papers, facts, dialects, params } = entry;
  return {
    summary,
    source,
    papers: await papersOf(papers),
    facts,
    libraries: [...new Set(dialects.map(({ library }) => library))],
    formula: render(entry.formula, params),
    gradient: render(entry.gradient, params),
    params: abouts(params),
  };
}

/** What each of them does, by its name. */
function abouts(params: readonly Param[]): Record<string, string> {
  return Object.fromEntries(params.map(({ name, about }) => [name, about]));
}

async function stages(): Promise<Stage[]> {
  return JSON.parse(await readFile(STAGES, "utf8")) as Stage[];
}

async function guides(): Promise<[id: string, guide: Guide][]> {
  return (await stages()).map(({ id, about, knobs }) => [id, { about, knobs: abouts(knobs) }]);
}

async function story({ claim, tries, caveat, figures, papers }: Told): Promise<Story> {
  return { claim, tries, caveat, figures, papers: await papersOf(papers) };
}

/** The texts by the ends of their addresses, as JSON. */
async function texts(): Promise<[address: string, json: string][]> {
  const losses = await entries();
  const all: Promise<readonly [string, unknown]>[] = [
    ...losses.map(async (entry) => [`losses/${entry.id}`, await prose(entry)] as const),
    ...losses.map(({ id, dialects }) => Promise.resolve([`dialects/${id}`, dialects] as const)),
    ...(await told()).map(
      async (exhibit) => [`exhibits/${exhibit.id}`, await story(exhibit)] as const,
    ),
    ...(await guides()).map(([id, guide]) => Promise.resolve([`stages/${id}`, guide] as const)),
  ];
  return (await Promise.all(all)).map(([address, text]) => [
    `${address}.json`,
    JSON.stringify(text),
  ]);
}

/**
 * A symbol as HTML: a letter, perhaps with a sign above, above right or below right. Beside a slider it does without the
 * boxes that KaTeX builds a formula of, which would weigh more than all else that is said there.
 */
function symbol(latex: string): string {
  const math = katex.renderToString(latex, { output: "mathml", strict: false });
  const [, inner = ""] = /<semantics><mrow>(.*)<\/mrow><annotation/.exec(math) ?? [];
  return inner
    .replaceAll("\u2061", "")
    .replaceAll(/<mi>(.)<\/mi>/gu, "<i>$1</i>")
    .replaceAll(/<mover[^>]*><i>(.)<\/i><mo>\^<\/mo><\/mover>/gu, "<i>$1\u0302</i>")
    .replaceAll(/<m(sub|sup)>(<i>.<\/i>)(.*?)<\/m\1>/gu, "$2<$1>$3</$1>")
    .replaceAll(/<\/?m\w+[^>]*>/g, "");
}

/** The symbols of parameters and knobs as HTML. */
async function rendered(): Promise<Record<string, string>> {
  const params = [
    ...(await entries()),
    ...(await stages()).map(({ knobs }) => ({ params: knobs })),
  ];
  const symbols = new Set(params.flatMap((own) => own.params.map(({ symbol }) => symbol)));
  symbols.delete("");
  return Object.fromEntries([...symbols].sort().map((latex) => [latex, symbol(latex)]));
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
  const formulas = (await entries()).flatMap(({ formula, gradient, params }) => [
    render(formula, params),
    render(gradient, params),
  ]);
  const markup = formulas.join("");
  const needed = rulesFor(sheet.replaceAll(rules, ""), markup);
  const used = faces.filter(({ family }) => needed.includes(family));
  const imports = used.map(({ file }, i) => `import file${i} from "katex/dist/${file}?url";`);
  const list = used.map(
    ({ family, style, weight }, i) =>
      `{ family: "${family}", style: "${style}", weight: "${weight}", file: file${i} }`,
  );
  return [
    ...imports,
    `export const faces = [${list.join(",")}];`,
    `export const sheet = ${JSON.stringify(needed)};`,
  ].join("\n");
}

/** Where the texts go, from a hash of all. */
export type Folder = (hash: string) => string;

/** The virtual modules above. */
export function cataloguePlugin(folder: Folder): Plugin {
  return {
    name: "catalogue",
    enforce: "pre",
    resolveId: (id) => (id.startsWith(PREFIX) ? `\0${id}` : null),
    async load(id) {
      if (!id.startsWith(`\0${PREFIX}`)) return null;
      const kind = id.slice(PREFIX.length + 1);
      if (kind === "search") return search();
      if (kind === "names") return names();
      if (kind === "symbols") return `export default ${JSON.stringify(await rendered())}`;
      if (kind === "katex") return styleSheet();
      const all = await texts();
      const hash = createHash("sha256").update(JSON.stringify(all)).digest("base64url").slice(0, 8);
      const [one] = all.map(([address, source]) =>
        this.emitFile({ type: "asset", fileName: `${folder(hash)}/${address}`, source }),
      );
      // Beside a file that the bundler knows the address of.
      return `export const folder = new URL("..", import.meta.ROLLUP_FILE_URL_${one}).href`;
    },
  };
}
