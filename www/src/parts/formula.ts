import { html, nothing, type TemplateResult } from "lit";
import { unsafeHTML } from "lit/directives/unsafe-html.js";
import type { Highlight } from "./control-view.ts";

/**
 * A formula as the build has rendered it. Pointing at the symbol of a parameter highlights its
 * control; clicking it goes there.
 */
export function formula(
  rendered: string,
  highlight: Highlight,
  visit: (key: string) => void,
): TemplateResult | typeof nothing {
  if (rendered === "") return nothing;
  const over = (event: Event): void => {
    const key = parameter(event);
    if (key !== highlight.key) highlight.point(key);
  };
  const click = (event: Event): void => {
    const key = parameter(event);
    if (key !== undefined) visit(key);
  };
  // The rule with the key is how a symbol lights up: the rendered text itself is never touched.
  const lit =
    highlight.key === undefined
      ? nothing
      : html`<style>
          .formula [data-param="${CSS.escape(highlight.key)}"] {
            background: var(--tint);
            box-shadow: 0 0 0 2px var(--tint);
          }
        </style>`;
  return html`<div
    class="formula"
    tabindex="0"
    role="group"
    aria-label="Formula"
    @pointerover=${over}
    @pointerleave=${() => {
      highlight.point(undefined);
    }}
    @click=${click}
  >
    ${lit}${unsafeHTML(rendered)}
  </div>`;
}

function parameter(event: Event): string | undefined {
  const marked = (event.target as Element).closest<HTMLElement>("[data-param]");
  return marked?.dataset["param"];
}
