/**
 * The least time of some work over batches that are long enough for the clock: whatever else the
 * machine does only adds to it.
 *
 * @param {(times: number) => number} work Does it that many times, returns its result.
 * @returns {{ microseconds: number, result: number }}
 */
export function least(work) {
  const [batchMilliseconds, allMilliseconds] = [10, 1000];
  const [fewest, most] = [3, 60];
  const batch = (/** @type {number} */ times) => {
    const start = performance.now();
    const result = work(times);
    return { milliseconds: performance.now() - start, result };
  };
  let times = 1;
  while (batch(times).milliseconds < batchMilliseconds) times *= 2;
  const end = performance.now() + allMilliseconds;
  let [milliseconds, result] = [Infinity, NaN];
  for (let i = 0; i < fewest || (performance.now() < end && i < most); i++) {
    const measured = batch(times);
    milliseconds = Math.min(milliseconds, measured.milliseconds);
    result = measured.result;
  }
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
