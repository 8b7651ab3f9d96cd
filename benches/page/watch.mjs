/** What is watched inside the page: frames that answer an input, long tasks, drawings, work in workers. */

/** Milliseconds without a drawing and without work in a worker after which all is as fine as it gets. */
const QUIET = 150;
/** Milliseconds after which an input that changes nothing on screen is taken for answered. */
const PATIENCE = 2000;

/**
 * @typedef {object} Frame A frame that follows an input.
 * @property {number} work Milliseconds from its beginning to after its painting.
 * @property {number} wait Milliseconds from the input to after its painting: with the wait for the
 *   screen, up to 17 ms.
 *
 * @typedef {object} Seen What happened since the last look.
 * @property {Frame[]} frames
 * @property {number} long Tasks of more than 50 ms.
 */

/**
 * Watches every document that the page loads from now on.
 *
 * @param {import("playwright-core").Page} page
 */
export async function watch(page) {
  await page.addInitScript(() => {
    const watched = { plotted: 0, frames: [], long: 0, drawn: 0, input: 0, jobs: new Set() };
    globalThis.watched = watched;

    let first = 0;
    const note = (event) => {
      watched.input = performance.now();
      if (first > 0) return;
      first = event.timeStamp;
      requestAnimationFrame((begin) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
          const end = performance.now();
          watched.frames.push({ work: end - begin, wait: end - first });
          first = 0;
        };
        // Comes after the painting of this frame.
        port2.postMessage(undefined);
      });
    };
    for (const type of ["pointermove", "input"]) addEventListener(type, note, { capture: true });

    new PerformanceObserver((list) => (watched.long += list.getEntries().length)).observe({
      type: "longtask",
    });

    const instantiate = WebAssembly.instantiate;
    WebAssembly.instantiate = async (...parts) => {
      const made = await instantiate(...parts);
      watched.memory = (made.instance ?? made).exports.memory;
      return made;
    };

    // The drawings are told of inside the element.
    const attach = Element.prototype.attachShadow;
    Element.prototype.attachShadow = function (init) {
      const root = attach.call(this, init);
      root.addEventListener("drawn", () => {
        watched.drawn = performance.now();
        watched.plotted ||= watched.drawn;
      });
      return root;
    };

    // A job that a newer one replaces is never answered, but the newer one is, under the same name.
    const name = ({ client, kind, figure }) => `${client} ${kind} ${figure}`;
    const post = Worker.prototype.postMessage;
    const heard = new WeakSet();
    Worker.prototype.postMessage = function (message, ...rest) {
      if (!heard.has(this)) {
        heard.add(this);
        this.addEventListener(
          "message",
          ({ data }) => data.more || watched.jobs.delete(name(data)),
        );
      }
      if ("client" in message) watched.jobs.add(name(message));
      post.call(this, message, ...rest);
    };
  });
}

/**
 * Takes what was seen since the last look.
 *
 * @param {import("playwright-core").Page} page
 * @returns {Promise<Seen>}
 */
export function look(page) {
  return page.evaluate(() => {
    const { frames, long } = globalThis.watched;
    Object.assign(globalThis.watched, { frames: [], long: 0 });
    return { frames, long };
  });
}

/**
 * Waits until everything is drawn at full quality.
 *
 * @param {import("playwright-core").Page} page
 * @returns {Promise<number>} Milliseconds from the last input to the last drawing.
 */
export function settled(page) {
  return page.evaluate(
    ({ quiet, patience }) =>
      new Promise((resolve) => {
        const look = () => {
          const { input, drawn, jobs } = globalThis.watched;
          const still = performance.now() - Math.max(input, drawn);
          const answered = drawn > 0 && still > (drawn >= input ? quiet : patience);
          if (jobs.size === 0 && answered) resolve(Math.max(0, drawn - input));
          else setTimeout(look, 10);
        };
        look();
      }),
    { quiet: QUIET, patience: PATIENCE },
  );
}
