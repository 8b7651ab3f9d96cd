import { html, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import { Part, define } from "./part.ts";

/**
 * A field for a number. It takes whatever `commit` accepts; what it refuses stays in the field, with
 * the sentence that says why.
 */
export class NumberField extends Part {
  static override properties = {
    fieldId: {},
    label: {},
    value: { type: Number },
    disabled: { type: Boolean },
    commit: { attribute: false },
    refused: { state: true },
  };

  declare fieldId: string;
  /** What a screen reader calls it. */
  declare label: string;
  declare value: number;
  declare disabled: boolean;
  /** Sets the number, or answers why it cannot be. */
  declare commit: (text: string) => string | undefined;

  /** What was typed and why it was refused. */
  declare private refused: { text: string; why: string } | undefined;
  /** What is being typed: it stays while the rest of the page goes on. */
  private draft: string | undefined;

  override willUpdate(changed: Map<string, unknown>): void {
    // Something else has set the number: what was typed is no longer asked for.
    if (changed.has("value")) this.refused = undefined;
  }

  override render(): TemplateResult {
    const { fieldId, refused } = this;
    const error = `${fieldId}-error`;
    return html`<input
        id=${fieldId}
        class="number"
        type="text"
        inputmode=${this.value < 0 ? "text" : "decimal"}
        autocomplete="off"
        spellcheck="false"
        aria-label=${this.label}
        aria-invalid=${refused ? "true" : "false"}
        aria-describedby=${refused ? error : nothing}
        ?disabled=${this.disabled}
        .value=${live(this.draft ?? refused?.text ?? short(this.value))}
        @input=${this.type}
        @change=${this.take}
        @keydown=${this.revert}
      />${refused ? html`<p id=${error} class="error" role="alert">${refused.why}</p>` : nothing}`;
  }

  private readonly type = (event: Event): void => {
    this.draft = (event.target as HTMLInputElement).value;
  };

  private readonly take = (event: Event): void => {
    this.draft = undefined;
    const text = (event.target as HTMLInputElement).value.trim().replace("\u2212", "-");
    if (text === short(this.value)) {
      this.refused = undefined;
      return;
    }
    const why = this.commit(text);
    this.refused = why === undefined ? undefined : { text, why };
    this.requestUpdate();
  };

  private readonly revert = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || (this.refused ?? this.draft) === undefined) return;
    event.stopPropagation();
    this.refused = undefined;
    this.draft = undefined;
    this.requestUpdate();
  };
}

/** The number with at most six significant digits. */
function short(value: number): string {
  return String(Number(value.toPrecision(6)));
}

define("loss-explorer-number", NumberField);
