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
    allowed: {},
    signed: { type: Boolean },
    most: { attribute: false },
    value: { type: Number },
    disabled: { type: Boolean },
    commit: { attribute: false },
    refused: { state: true },
    word: { state: true },
  };

  declare fieldId: string;
  /** What a screen reader calls it. */
  declare label: string;
  /** What is allowed, in words. */
  declare allowed: string;
  /** Whether numbers below 0 are. */
  declare signed: boolean;
  /** The largest number, which is taken for larger ones, with what is said then. */
  declare most: { value: number; why: string } | undefined;
  declare value: number;
  declare disabled: boolean;
  /** Sets the number, or answers why it cannot be. */
  declare commit: (text: string) => string | undefined;

  /** What was typed and why it was refused. */
  declare private refused: { text: string; why: string } | undefined;
  /** What is to be said of a number that was taken. */
  declare private word: string | undefined;
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
        inputmode=${this.signed ? "text" : "decimal"}
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
      />${
        refused
          ? html`<p id=${error} class="error" role="alert">${refused.why}</p>`
          : this.word && html`<p class="error word" role="status">${this.word}</p>`
      }`;
  }

  private readonly type = (event: Event): void => {
    this.word = undefined;
    this.draft = (event.target as HTMLInputElement).value;
  };

  private readonly take = (event: Event): void => {
    this.draft = undefined;
    const text = plain((event.target as HTMLInputElement).value);
    if (text === short(this.value)) {
      this.refused = undefined;
      return;
    }
    const { most } = this;
    if (most !== undefined && Number(text) > most.value) {
      this.refused = undefined;
      this.word = most.why;
      this.commit(String(most.value));
      this.requestUpdate();
      return;
    }
    const why = misread(text, this.allowed) ?? this.commit(text);
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

/** What was typed with a minus and a decimal point as programs write them. */
function plain(typed: string): string {
  const text = typed.trim().replace("\u2212", "-");
  return /^[^.,]*,[^.,]*$/.test(text) ? text.replace(",", ".") : text;
}

/** The smallest number that has all its digits. */
const SMALLEST = 2 ** -1022;

/** What keeps a text from being the number that it was meant as. */
function misread(text: string, allowed: string): string | undefined {
  if (text === "") return `The field is empty; allowed is ${allowed}.`;
  const value = Math.abs(Number(text));
  if (!/\d/.test(text) || Number.isNaN(value)) return undefined;
  if (value === Infinity) return `${text} is too large to be held: numbers end at 1.79e308.`;
  // Digits before an exponent that are not 0, in a number that is 0 or nearly so.
  if (value < SMALLEST && /^[^e]*[1-9]/i.test(text)) {
    return `${text} is too near to 0: below 2.23e-308 a number loses its digits.`;
  }
  return undefined;
}

/** The number with at most six significant digits. */
function short(value: number): string {
  return String(Number(value.toPrecision(6)));
}

define("loss-explorer-number", NumberField);
