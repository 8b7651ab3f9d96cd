import { LitElement } from "lit";

/** A part of the explorer. It renders into the explorer's own shadow root, whose styles all parts share. */
export class Part extends LitElement {
  protected override createRenderRoot(): HTMLElement {
    return this;
  }
}

/** Defines a part's tag, unless another copy of the package has done so. */
export function define(tag: string, part: CustomElementConstructor): void {
  if (customElements.get(tag) === undefined) customElements.define(tag, part);
}
