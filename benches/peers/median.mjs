/**
 * The median time of some work over batches that are long enough for the clock, warm-up left out.
 *
 * @param {(times: number) => number} work Does it that many times, returns its result.
 * @returns {{ microseconds: number, result: number }}
 */
export function median(work) {
  const [batchMilliseconds, batches] = [20, 25];
  const batch = (/** @type {number} */ times) => {
    const start = performance.now();
    const result = work(times);
    return { milliseconds: performance.now() - start, result };
  };
  let times = 1;
  while (batch(times).milliseconds < batchMilliseconds) times *= 2;
  const sorted = Array.from({ length: batches }, () => batch(times)).sort(
    (a, b) => a.milliseconds - b.milliseconds,
  );
  const { milliseconds, result } = sorted[Math.floor(batches / 2)];
  return { microseconds: (milliseconds / times) * 1000, result };
}

/**
 * @param {() => number} work
 * @returns {(times: number) => number}
 */
export const repeated = (work) => (times) => {
  let result = NaN;
  for (let i = 0; i < times; i++) result = work();
  return result;
};
