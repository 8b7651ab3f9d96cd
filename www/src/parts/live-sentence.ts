import { html, type TemplateResult } from "lit";
import { Part, define } from "./part.ts";

/** How long a sentence must stand before it is spoken, in milliseconds. */
const SETTLED = 700;

/** Says the sentence to screen readers once it has stopped changing. */
export class LiveSentence extends Part {
  static override properties = { sentence: {}, said: { state: true } };

  declare sentence: string;
  declare private said: string;
  private timer = 0;

  constructor() {
    super();
    this.sentence = "";
    this.said = "";
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  override updated(changed: Map<string, unknown>): void {
    if (!changed.has("sentence")) return;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      this.said = this.sentence;
    }, SETTLED);
  }

  override render(): TemplateResult {
    return html`<p class="unseen" role="status" aria-live="polite">${this.said}</p>`;
  }
}

define("loss-explorer-sentence", LiveSentence);
