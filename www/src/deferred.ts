/**
 * The functions of the wasm that the first plot does without. The page fetches them when somebody comes near or it has
 * been at rest for a while, and compiles and links them without keeping anybody waiting; its workers have them from it.
 * A call that needs them before is refused with `NotYet`: whoever calls waits and calls again, on an explorer of its own.
 */

import { deferredFrom } from "../generated/wasm/loss_explorer.js";
import address from "../generated/wasm/loss_explorer_deferred.wasm?url";
import { compile } from "./wasm-module.ts";

/** Signs that somebody is there. */
const SIGNS = ["pointermove", "pointerdown", "keydown", "focusin", "wheel", "touchstart"] as const;

/** After so many milliseconds of rest they are fetched though nobody came. */
const REST = 5000;

/** A call came before the functions it needs. */
export class NotYet extends Error {
  override name = "NotYet";

  constructor() {
    super("A part of the explorer's program is still loading.");
  }
}

let here: (exports: WebAssembly.Exports) => void;
const first = new Promise<WebAssembly.Exports>((resolve) => {
  here = resolve;
});
let module: WebAssembly.Module | undefined;
let linking: Promise<void> | undefined;
let linked = false;
const listeners: ((module: WebAssembly.Module) => void)[] = [];

/** To be called once the first functions are there, with their exports. */
export function linkLater(exports: WebAssembly.Exports): void {
  here(exports);
  deferredFrom(() => {
    if (!linked) throw new NotYet();
  });
}

/** Whether every function is there. */
export function isWhole(): boolean {
  return linked;
}

/** Has every function there; fails with a sentence for people, and may then be tried again. */
export function whole(): Promise<void> {
  linking ??= fetched()
    .then(link)
    .catch((error: unknown) => {
      linking = undefined;
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`A part of the explorer's program could not be loaded (${why}).`, {
        cause: error,
      });
    });
  return linking;
}

async function fetched(): Promise<WebAssembly.Module> {
  if (module === undefined) {
    const compiled = await compile(address);
    module = compiled;
    for (const listener of listeners.splice(0)) listener(compiled);
  }
  return module;
}

/** Puts them to where the first ones look for them. */
export async function link(compiled: WebAssembly.Module): Promise<void> {
  await WebAssembly.instantiate(compiled, { "": await first });
  linked = true;
}

const prefetched: (() => Promise<unknown>)[] = [whole];

/** Has something else fetched together with them, that a first plot does without and somebody may want. */
export function alsoWhenMet(fetch: () => Promise<unknown>): void {
  prefetched.push(fetch);
}

/** Fetches them at the first sign of somebody, or after a rest. */
export function prefetchWhenMet(): void {
  const met = (): void => {
    clearTimeout(rest);
    for (const sign of SIGNS) removeEventListener(sign, met, { capture: true });
    // Whatever needs them will try again, and say so if it cannot have them.
    for (const fetch of prefetched) fetch().catch(() => undefined);
  };
  for (const sign of SIGNS) addEventListener(sign, met, { capture: true, passive: true });
  const rest = setTimeout(met, REST);
}

/** Calls the listener once they are there. */
export function whenFetched(listener: (module: WebAssembly.Module) => void): void {
  if (module === undefined) listeners.push(listener);
  else listener(module);
}
