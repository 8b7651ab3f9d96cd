import { html, svg, type TemplateResult } from "lit";
import type { LossExplorer } from "../loss-explorer.ts";
import { Part, define } from "../parts/part.ts";
import { recall, remember } from "./memory.ts";

const THEMES = ["auto", "light", "dark"] as const;

type Theme = (typeof THEMES)[number];

const SIGNS: Record<Theme, TemplateResult> = {
  auto: svg`<circle cx="8" cy="8" r="5.5" /><path d="M8 2.5v11a5.5 5.5 0 0 0 0-11z" fill="currentColor" />`,
  light: svg`<circle cx="8" cy="8" r="3" /><path d="M8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1.1 1.1M11.9 11.9 13 13M13 3l-1.1 1.1M4.1 11.9 3 13" />`,
  dark: svg`<path d="M13 9.5A5.5 5.5 0 0 1 6.5 3a5.5 5.5 0 1 0 6.5 6.5z" />`,
};

const REMEMBERED = "loss-explorer theme";

/** Light, dark, or as the system has it. */
export class ThemeChoice extends Part {
  static override properties = { theme: { state: true }, explorer: { attribute: false } };

  declare explorer: LossExplorer | undefined;
  declare private theme: Theme;

  constructor() {
    super();
    this.theme = THEMES.find((theme) => theme === recall(REMEMBERED)) ?? "auto";
  }

  override updated(): void {
    document.documentElement.dataset["theme"] = this.theme;
    if (this.explorer) this.explorer.theme = this.theme;
  }

  override render(): TemplateResult {
    const next = THEMES[(THEMES.indexOf(this.theme) + 1) % THEMES.length] ?? "auto";
    return html`<button
      type="button"
      class="icon"
      aria-label="Theme: ${this.theme}. Change to ${next}"
      title="Theme: ${this.theme}"
      @click=${() => {
        this.theme = next;
        remember(REMEMBERED, next);
      }}
    >
      <svg viewBox="0 0 16 16" aria-hidden="true">${SIGNS[this.theme]}</svg>
    </button>`;
  }
}

define("theme-choice", ThemeChoice);

declare global {
  interface HTMLElementTagNameMap {
    "theme-choice": ThemeChoice;
  }
}
