/**
 * The median time of some work over batches that are long enough for the clock, warm-up left out:
 * 25 batches, or fewer of work that takes long.
 *
 * @param {(times: number) => number} work Does it that many times, returns its result.
 * @returns {{ microseconds: number, result: number }}
 */
export function median(work) {
  const [batchMilliseconds, allMilliseconds] = [20, 3000];
  const [fewest, most] = [3, 25];
  const batch = (/** @type {number} */ times) => {
    const start = performance.now();
    const result = work(times);
    return { milliseconds: performance.now() - start, result };
  };
  let times = 1;
  while (batch(times).milliseconds < batchMilliseconds) times *= 2;
  const end = performance.now() + allMilliseconds;
  const batches = [];
  while (batches.length < fewest || (performance.now() < end && batches.length < most)) {
    batches.push(batch(times));
  }
  batches.sort((a, b) => a.milliseconds - b.milliseconds);
  const { milliseconds, result } = batches[Math.floor(batches.length / 2)];
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
