/** What may be drawn a little later than the rest, so that what a hand is on is drawn at once. */

/** How far into a frame something is still begun, in milliseconds. */
const SPARE = 7;

/** What has waited this long is drawn whatever it takes, in milliseconds. */
const PATIENCE = 200;

/** What waits, since when; the longest waiting first. */
const waiting = new Map<() => void, number>();
let frame = 0;

/** Does something in one of the next frames. What waits already keeps its place. */
export function inSpareTime(task: () => void): void {
  if (!waiting.has(task)) waiting.set(task, performance.now());
  frame ||= requestAnimationFrame(work);
}

/** Does not do it after all. */
export function forget(task: () => void): void {
  waiting.delete(task);
}

function work(began: number): void {
  frame = 0;
  for (const [task, since] of waiting) {
    const now = performance.now();
    if (now - began > SPARE && now - since < PATIENCE) break;
    waiting.delete(task);
    task();
  }
  if (waiting.size > 0) frame = requestAnimationFrame(work);
}
