/** How long a page's main thread has computed, whatever else the machine did. */

/**
 * @param {import("playwright-core").Page} page
 * @returns {Promise<() => Promise<number>>} Asks for the milliseconds since it was last asked.
 */
export async function effort(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  let last = 0;
  return async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    const total = 1000 * metrics.find(({ name }) => name === "TaskDuration").value;
    const since = total - last;
    last = total;
    return since;
  };
}
