import { html, nothing, type TemplateResult } from "lit";
import type { Notice } from "../description.ts";

/** What was passed over in a link, with what may have been meant, and what went wrong; a person can close them. */
export function noticesView(
  notices: readonly Notice[],
  failures: readonly string[],
  follow: (state: string) => void,
  close: () => void,
): TemplateResult | typeof nothing {
  if (notices.length + failures.length === 0) return nothing;
  const offer = ({ name, state }: Notice["offers"][number]): TemplateResult =>
    html`<button
      @click=${() => {
        follow(state);
      }}
    >
      Open ${name}
    </button> `;
  return html`<div class="notices" role="status">
    ${notices.length > 0 ? html`<p>Not everything in this link could be used:</p>` : nothing}
    <ul>
      ${notices.map(({ message, offers }) => html`<li>${message} ${offers.map(offer)}</li>`)}
      ${failures.map((failure) => html`<li>${failure}</li>`)}
    </ul>
    <button class="quiet close" aria-label="Close the notices" title="Close" @click=${close}>
      <svg viewBox="0 0 16 16" aria-hidden="true"><path d="m4 4 8 8m0-8-8 8" /></svg>
    </button>
  </div>`;
}
