/** A page in WebKitGTK's MiniBrowser, whose path comes from `cargo xtask` in the variable MINIBROWSER. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { env, kill } from "node:process";
import { setTimeout } from "node:timers/promises";
import webdriver from "selenium-webdriver";
import { WINDOW } from "./page.mjs";

const { Builder, Key, Origin, error } = webdriver;

/** @returns {Promise<import("./page.mjs").Page>} */
export async function webkit() {
  const binary = env["MINIBROWSER"];
  if (binary === undefined) {
    throw new Error("MINIBROWSER does not name a browser: `cargo xtask engines` does");
  }
  const port = await freePort();
  // Its driver wants a screen and a message bus. A group of its own, so that all of it ends together.
  const server = spawn(
    "xvfb-run",
    ["--auto-servernum", "dbus-run-session", "--", "WebKitWebDriver", `--port=${port}`],
    {
      detached: true,
      stdio: "ignore",
      env: {
        ...env,
        WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1",
        WEBKIT_DISABLE_COMPOSITING_MODE: "1",
      },
    },
  );
  const address = `http://127.0.0.1:${port}`;
  const answers = () =>
    fetch(`${address}/status`).then(
      () => true,
      () => false,
    );
  await until(answers, `nothing answers at ${address}: is WebKitWebDriver installed?`);
  const driver = await new Builder()
    .usingServer(address)
    .withCapabilities({
      browserName: "MiniBrowser",
      pageLoadStrategy: "none",
      "webkitgtk:browserOptions": { binary, args: ["--automation"] },
    })
    .build();
  await driver
    .manage()
    .window()
    .setRect({ x: 0, y: 0, ...WINDOW });
  const move = (/** @type {import("./page.mjs").Place} */ { x, y }, duration = 20) => ({
    x: Math.round(x),
    y: Math.round(y),
    duration,
    origin: Origin.VIEWPORT,
  });
  return {
    open: async (there) => {
      await driver.executeScript("globalThis.isLeft = true");
      await driver.get(there);
      // The driver does not wait: until the page before has gone, a script that is run there may have no answer.
      await until(async () => {
        try {
          return (await driver.executeScript("return globalThis.isLeft !== true")) === true;
        } catch (failure) {
          if (failure instanceof error.NoSuchFrameError) return false;
          throw failure;
        }
      }, `${there} does not open`);
    },
    run: (source) => driver.executeScript(`return (${source});`),
    drag: async ([first, ...others]) => {
      if (first === undefined) return;
      const actions = driver.actions().move(move(first)).press();
      for (const place of others) actions.move(move(place));
      await actions.release().perform();
    },
    press: async (key) => {
      const keys = { ArrowRight: Key.ARROW_RIGHT, Home: Key.HOME, End: Key.END };
      await driver.actions().sendKeys(keys[key]).perform();
    },
    screenshot: async () => Buffer.from(await driver.takeScreenshot(), "base64"),
    close: async () => {
      await driver.quit();
      if (server.pid !== undefined) kill(-server.pid);
    },
  };
}

/** A port that nothing listens on. */
async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port is free");
  server.close();
  await once(server, "close");
  return address.port;
}

/**
 * Waits until something is so, for 20 seconds at most.
 *
 * @param {() => Promise<boolean>} isSo
 * @param {string} otherwise What is wrong if it never is.
 */
async function until(isSo, otherwise) {
  for (let tries = 0; tries < 400; tries += 1) {
    if (await isSo()) return;
    await setTimeout(50);
  }
  throw new Error(otherwise);
}
