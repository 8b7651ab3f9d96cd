import { html, type TemplateResult } from "lit";
import type { LossExplorer } from "../loss-explorer.ts";
import { Part, define } from "../parts/part.ts";
import { recall, remember } from "./memory.ts";

const THEMES = ["auto", "light", "dark"] as const;

type Theme = (typeof THEMES)[number];

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
    return html`<label>
      <span class="unseen">Theme</span>
      <select @change=${this.choose} .value=${this.theme}>
        ${THEMES.map((theme) => html`<option value=${theme} ?selected=${theme === this.theme}>${theme}</option>`)}
      </select>
    </label>`;
  }

  private readonly choose = (event: Event): void => {
    this.theme = (event.target as HTMLSelectElement).value as Theme;
    remember(REMEMBERED, this.theme);
  };
}

define("theme-choice", ThemeChoice);

declare global {
  interface HTMLElementTagNameMap {
    "theme-choice": ThemeChoice;
  }
}
