/** The styles of the element, and the fonts of its formulas. */

import { unsafeCSS, type CSSResult } from "lit";
import controls from "./styles/controls.css?inline";
import dialects from "./styles/dialects.css?inline";
import figures from "./styles/figures.css?inline";
import layout from "./styles/layout.css?inline";
import print from "./styles/print.css?inline";
import text from "./styles/text.css?inline";
import tokens from "./styles/tokens.css?inline";
import { faces, sheet as katex } from "virtual:katex";

/** What goes into the shadow root. */
export const styles: CSSResult[] = [
  katex,
  tokens,
  layout,
  figures,
  controls,
  text,
  dialects,
  print,
].map((sheet) => unsafeCSS(sheet));

/** The faces that hardly any formula does without. */
const COMMON = "1em KaTeX_Main, KaTeX_Math, KaTeX_Size1, KaTeX_Size2";

let installed = false;

/** Fonts reach a shadow root only through the page around it. A browser fetches those that it needs. */
export function installFonts(): void {
  if (installed) return;
  installed = true;
  for (const { family, style, weight, file } of faces) {
    document.fonts.add(new FontFace(family, `url(${JSON.stringify(file)})`, { style, weight }));
  }
}

/** Settles when an ordinary formula has its final size. */
export async function formulaFonts(): Promise<unknown> {
  return Promise.all([document.fonts.load(COMMON), document.fonts.load(`italic ${COMMON}`)]);
}
