/** How long some work takes, in steps of a clock that may be coarse. */

/** Steps of the clock that a batch takes at least: then a step more or less is a hundredth. */
const STEPS = 100;

/** The least step of the clock that was seen, in milliseconds; browsers make it coarse. */
function clockStep() {
  let step = Infinity;
  for (let i = 0; i < 20; i++) {
    const start = performance.now();
    let now = start;
    while (now === start) now = performance.now();
    step = Math.min(step, now - start);
  }
  return step;
}

/**
 * The least time of some work over batches that are long enough for the clock: whatever else the
 * machine does only adds to it.
 *
 * @param {(times: number) => number} work Does it that many times, returns its result.
 * @returns {{ microseconds: number, result: number, clock_steps: number }}
 */
export function least(work) {
  const step = clockStep();
  const batchMilliseconds = Math.max(10, STEPS * step);
  const allMilliseconds = 1000;
  const [fewest, most] = [3, 60];
  const batch = (/** @type {number} */ times) => {
    const start = performance.now();
    const result = work(times);
    return { milliseconds: performance.now() - start, result };
  };
  for (let times = 1; ; times *= 2) {
    let { milliseconds, result } = batch(times);
    if (milliseconds < batchMilliseconds) continue;
    const end = performance.now() + allMilliseconds;
    for (let i = 1; i < fewest || (performance.now() < end && i < most); i++) {
      const measured = batch(times);
      milliseconds = Math.min(milliseconds, measured.milliseconds);
      result = measured.result;
      // The batch before was long for another reason.
      if (milliseconds < batchMilliseconds / 2) break;
    }
    const steps = milliseconds / step;
    if (milliseconds < batchMilliseconds / 2 || steps < STEPS) continue;
    return { microseconds: (milliseconds / times) * 1000, result, clock_steps: steps };
  }
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
