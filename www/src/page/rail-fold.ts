/** The catalogue beside the explorer, folded away, or in a drawer where there is no room for it. */

import { recall, remember } from "./memory.ts";

const REMEMBERED = "loss-explorer rail";

/** Ties the rail to its button and to the drawer for narrow windows. */
export function foldRail(rail: HTMLElement, button: HTMLElement, drawer: HTMLDialogElement): void {
  const home = rail.parentElement;
  const wide = matchMedia("(width >= 60rem)");

  const show = (open: boolean): void => {
    document.body.classList.toggle("folded", !open);
    button.setAttribute("aria-expanded", String(open));
  };

  const settle = (): void => {
    if (wide.matches) {
      drawer.close();
      home?.prepend(rail);
      show(recall(REMEMBERED) !== "folded");
    } else {
      drawer.append(rail);
      button.setAttribute("aria-expanded", "false");
    }
  };

  button.addEventListener("click", () => {
    if (wide.matches) {
      const open = document.body.classList.contains("folded");
      show(open);
      remember(REMEMBERED, open ? "open" : "folded");
    } else {
      drawer.showModal();
      button.setAttribute("aria-expanded", "true");
    }
  });
  drawer.addEventListener("close", () => {
    button.setAttribute("aria-expanded", "false");
  });
  drawer.addEventListener("click", (event) => {
    // Outside of the drawer is its backdrop; a choice has been made when a link was followed.
    const chosen = (event.target as Element).closest("a") !== null;
    if (event.target === drawer || chosen) drawer.close();
  });
  wide.addEventListener("change", settle);
  settle();
}
