/** What the page holds in memory. */

/**
 * @typedef {object} Held
 * @property {number} script Bytes of script objects, after the garbage is gone.
 * @property {number} wasm Bytes of the main thread's wasm.
 *
 * @param {import("playwright-core").Page} page One that is watched.
 * @returns {Promise<Held>}
 */
export async function held(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  await session.detach();
  const wasm = await page.evaluate(() => globalThis.watched.memory.buffer.byteLength);
  return { script: usedSize, wasm };
}
