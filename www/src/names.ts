/** What losses are called elsewhere: fetched only when a link has a name that is no id. */

import { learnNames } from "../generated/wasm/loss_explorer.js";
import { whole } from "./deferred.ts";
import type { Notice } from "./description.ts";

let learning: Promise<boolean> | undefined;
let learnt = false;

/** Whether a link may have meant a name that is still to be learnt. */
export function missesNames(notices: readonly Notice[]): boolean {
  return !learnt && notices.some(({ key }) => key === "loss" || key === "vs");
}

/** Has the names known; false if they cannot be had now. */
export function learn(): Promise<boolean> {
  learning ??= Promise.all([import("virtual:names"), whole()]).then(
    ([{ default: names }]) => {
      learnNames(names);
      learnt = true;
      return true;
    },
    () => {
      learning = undefined;
      return false;
    },
  );
  return learning;
}
