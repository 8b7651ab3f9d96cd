/** What a hand does to the explorer: drag the first handle, turn the first slider. */

const FIRST_HANDLE = "loss-explorer .handle";
const RADIUS = 30;

/**
 * Drags the first handle around a circle.
 *
 * @param {import("playwright-core").Page} page
 * @param {number} events
 * @returns {Promise<boolean>} Whether there is a handle.
 */
export async function drag(page, events) {
  const handle = page.locator(FIRST_HANDLE).first();
  if ((await handle.count()) === 0) return false;
  await handle.scrollIntoViewIfNeeded();
  const box = await handle.boundingBox();
  if (box === null) return false;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (let i = 1; i <= events; i++) {
    const angle = (2 * Math.PI * i) / events;
    await page.mouse.move(x + RADIUS * Math.sin(angle), y + RADIUS * (1 - Math.cos(angle)));
  }
  await page.mouse.up();
  return true;
}

/**
 * Drags the first handle around a circle for long, an event a frame, without the way through the
 * browser's other processes.
 *
 * @param {import("playwright-core").Page} page
 * @param {number} events
 */
export async function dragForLong(page, events) {
  await page
    .locator(FIRST_HANDLE)
    .first()
    .evaluate(
      async (handle, { events, radius }) => {
        const { left, top, width, height } = handle.getBoundingClientRect();
        const tell = (type, angle) => {
          const at = {
            clientX: left + width / 2 + radius * Math.sin(angle),
            clientY: top + height / 2 + radius * (1 - Math.cos(angle)),
          };
          handle.dispatchEvent(new PointerEvent(type, { ...at, bubbles: true, composed: true }));
        };
        // Only a pointer that exists can be captured.
        handle.setPointerCapture = () => undefined;
        tell("pointerdown", 0);
        for (let i = 1; i <= events; i++) {
          tell("pointermove", i / 10);
          await new Promise(requestAnimationFrame);
        }
        tell("pointerup", 0);
      },
      { events, radius: RADIUS },
    );
}

/**
 * Turns the first slider up and down.
 *
 * @param {import("playwright-core").Page} page
 * @param {number} events
 * @returns {Promise<boolean>} Whether there is a slider.
 */
export async function turn(page, events) {
  const slider = page.locator("loss-explorer input[type=range]:enabled").first();
  if ((await slider.count()) === 0) return false;
  for (let i = 0; i < events; i++) {
    await slider.press(i % 20 < 10 ? "ArrowRight" : "ArrowLeft");
  }
  return true;
}
