/** The wasm of the main thread, compiled once a page however many elements there are. */

import init, { catalogue } from "../generated/wasm/loss_explorer.js";
import address from "../generated/wasm/loss_explorer_bg.wasm?url";
import { linkLater, prefetchWhenMet } from "./deferred.ts";
import type { Catalogue } from "./description.ts";
import { compile, NoModule } from "./wasm-module.ts";

export { Explorer } from "../generated/wasm/loss_explorer.js";

/** Something kept the explorer from starting; the message is for people. */
export class StartError extends Error {
  override name = "StartError";
}

let started: Promise<WebAssembly.Module> | undefined;

/** Loads the wasm. A failure may be tried again. */
export function start(): Promise<WebAssembly.Module> {
  started ??= load().catch((error: unknown) => {
    started = undefined;
    throw error;
  });
  return started;
}

async function load(): Promise<WebAssembly.Module> {
  // A page may have taken it away, and old browsers never had it.
  if (!("WebAssembly" in globalThis)) {
    throw new StartError(
      "This explorer computes with WebAssembly, which this browser lacks or has switched off. Any current browser with WebAssembly allowed will show it.",
    );
  }
  try {
    const module = await compile(address);
    linkLater((await init({ module_or_path: module })) as unknown as WebAssembly.Exports);
    prefetchWhenMet();
    return module;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    if (error instanceof NoModule) {
      throw new StartError(
        `The explorer's program could not be loaded: ${why}. Whoever runs this page has to put it there.`,
      );
    }
    if (error instanceof WebAssembly.CompileError) {
      throw new StartError(
        `This browser cannot run the explorer's program (${why}). It needs WebAssembly SIMD, which current versions of all browsers have.`,
      );
    }
    throw new StartError(
      `The explorer's program could not be loaded (${why}). Check the connection and try again.`,
    );
  }
}

/** What there is to choose from. */
export async function loadCatalogue(): Promise<Catalogue> {
  await start();
  return catalogue() as Catalogue;
}
