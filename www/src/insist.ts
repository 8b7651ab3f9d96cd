/** Tries again what the line kept away: after a while, then after longer ones, and at once when the line is back. */

/** How long is waited before the next attempt, at first and at most, in milliseconds. */
const FIRST = 1000;
const LAST = 30_000;

/**
 * What the attempt gives, once one has succeeded. Of failures only the first is told.
 *
 * Fails with the reason of the signal once that says that nobody waits for it any more.
 */
export async function insist<T>(
  attempt: () => Promise<T>,
  failed: (error: unknown) => void,
  given: AbortSignal,
): Promise<T> {
  for (let wait = FIRST; ; wait = Math.min(2 * wait, LAST)) {
    try {
      const result = await attempt();
      given.throwIfAborted();
      return result;
    } catch (error) {
      given.throwIfAborted();
      if (wait === FIRST) failed(error);
    }
    await pause(wait, given);
    given.throwIfAborted();
  }
}

/** Waits that long, until the line is back, or until nobody waits any more. */
async function pause(milliseconds: number, given: AbortSignal): Promise<void> {
  const over = new AbortController();
  await new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    over.signal.addEventListener("abort", () => {
      clearTimeout(timer);
    });
    addEventListener("online", resolve, { signal: over.signal });
    given.addEventListener("abort", resolve, { signal: over.signal });
  });
  over.abort();
}
