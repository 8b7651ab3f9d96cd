import { LitElement, html, type TemplateResult } from "lit";
import init, { version } from "../generated/wasm/loss_explorer.js";

/** The explorer as an element. */
export class LossExplorer extends LitElement {
  static override properties = { version: { state: true } };

  declare private version: string;

  constructor() {
    super();
    this.version = "";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void init().then(() => {
      this.version = version();
    });
  }

  override render(): TemplateResult {
    return html`<p>Loss explorer ${this.version}</p>`;
  }
}

customElements.define("loss-explorer", LossExplorer);
