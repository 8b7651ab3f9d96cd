/** The Chromium under test: its path comes from `cargo xtask`, in the variable CHROMIUM. */

import { env } from "node:process";
import { chromium } from "playwright-core";

/** Starts Chromium without a window, and without the requests that it makes on its own behalf. */
export function launch() {
  const executablePath = env["CHROMIUM"];
  if (executablePath === undefined) {
    throw new Error("CHROMIUM does not name a browser: `cargo xtask test` does");
  }
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
