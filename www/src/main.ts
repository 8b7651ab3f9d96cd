/** The page around one explorer. */

import { isHidden } from "./hidden.ts";
import { LossExplorer } from "./loss-explorer.ts";
import { Address } from "./page/address.ts";
import { CatalogueRail } from "./page/catalogue-rail.ts";
import { foldRail } from "./page/rail-fold.ts";
import { ShareDialog } from "./page/share-dialog.ts";
import { ThemeChoice } from "./page/theme-choice.ts";

/** An element that is part of `index.html`. */
function part<E extends Element>(selector: string, kind: abstract new (...none: never[]) => E): E {
  const found = document.querySelector(selector);
  if (found instanceof kind) return found;
  throw new Error(`the page has no ${selector}`);
}

const explorer = part("loss-explorer", LossExplorer);
const rail = part("catalogue-rail", CatalogueRail);
const dialog = part("share-dialog", ShareDialog);
const share = part("#share-open", HTMLButtonElement);
const themes = part("theme-choice", ThemeChoice);

themes.explorer = explorer;
dialog.explorer = explorer;
rail.explorer = explorer;
rail.address = new Address(explorer);
foldRail(rail, part("#rail-toggle", HTMLButtonElement), part("#rail-drawer", HTMLDialogElement));

share.addEventListener("click", () => {
  dialog.show();
});
explorer.addEventListener("load", () => {
  share.disabled = false;
  void rail.fill();
});
explorer.addEventListener("statechange", () => {
  const { exhibit, losses } = explorer.description ?? {};
  const title = exhibit?.title ?? losses?.[0]?.title;
  document.title = title === undefined ? "Loss explorer" : `${title} · Loss explorer`;
  rail.mark();
  const { description } = explorer;
  const present = description?.present === true;
  const alone = description !== undefined && isHidden(description, "catalogue");
  document.body.classList.toggle("alone", alone || present);
  document.documentElement.classList.toggle("present", present);
});

part("#full-screen", HTMLButtonElement).addEventListener("click", () => {
  if (document.fullscreenElement === null) void document.documentElement.requestFullscreen();
  else void document.exitFullscreen();
});
part("#present-end", HTMLButtonElement).addEventListener("click", () => {
  explorer.present = null;
  if (document.fullscreenElement !== null) void document.exitFullscreen();
});
