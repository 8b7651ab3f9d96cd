/**
 * The functions of the wasm that the first plot does without. They are fetched as soon as somebody is there; should one
 * of them be called before they have come, the call waits for them.
 */

import { deferredFrom } from "../generated/wasm/loss_explorer.js";
import address from "../generated/wasm/loss_explorer_deferred.wasm?url";
import { compile } from "./wasm-module.ts";

/** Signs that somebody is there. */
const SIGNS = ["pointermove", "pointerdown", "keydown", "focusin", "wheel", "touchstart"] as const;

let module: WebAssembly.Module | undefined;
let fetching: Promise<void> | undefined;
const listeners: ((module: WebAssembly.Module) => void)[] = [];

/** To be called once the first functions are there. */
export function linkWhenCalled(): void {
  deferredFrom((exports: WebAssembly.Exports) => {
    // They go to where the first ones look for them.
    new WebAssembly.Instance(complete(), { "": exports });
  });
}

/** Has them fetched by the time it returns; throws why they cannot be had. */
export function complete(): WebAssembly.Module {
  return module ?? keep(new WebAssembly.Module(fetchNow()));
}

/** Fetches them, so that no call has to wait. */
export function prefetch(): Promise<void> {
  fetching ??= compile(address)
    .then(keep)
    .then(
      () => undefined,
      () => {
        // Whatever needs them will try again, and say so if it cannot.
        fetching = undefined;
      },
    );
  return fetching;
}

/** Fetches them at the first sign of somebody. */
export function prefetchWhenMet(): void {
  const met = (): void => {
    for (const sign of SIGNS) removeEventListener(sign, met, { capture: true });
    void prefetch();
  };
  for (const sign of SIGNS) addEventListener(sign, met, { capture: true, passive: true });
}

/** Takes them compiled elsewhere. */
export function keep(compiled: WebAssembly.Module): WebAssembly.Module {
  module = compiled;
  for (const listener of listeners.splice(0)) listener(compiled);
  return compiled;
}

/** Calls the listener once they are there. */
export function whenFetched(listener: (module: WebAssembly.Module) => void): void {
  if (module === undefined) listeners.push(listener);
  else listener(module);
}

/** Whoever calls cannot go on without them: nothing else can happen until they are there. */
function fetchNow(): Uint8Array<ArrayBuffer> {
  const request = new XMLHttpRequest();
  request.open("GET", address, false);
  // The one way to get bytes at once: each comes as a character, whose low half it is.
  request.overrideMimeType("text/plain; charset=x-user-defined");
  try {
    request.send();
  } catch {
    throw new Error(lost("the server cannot be reached"));
  }
  if (request.status !== 200) throw new Error(lost(`the server answered ${request.status}`));
  return Uint8Array.from(request.responseText, (character) => character.charCodeAt(0) & 0xff);
}

function lost(why: string): string {
  return `A part of the explorer's program could not be loaded (${why}). Check the connection and try again.`;
}
