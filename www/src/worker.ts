/** Computes at full quality beside the page, with a wasm instance of its own. */

import init, { Explorer } from "../generated/wasm/loss_explorer.js";
import { link, linkLater, NotYet } from "./deferred.ts";
import type { Readout, Sensitivity } from "./description.ts";
import { same, topic, type Job, type Message, type Outcome } from "./jobs.ts";

/** After so many milliseconds what is known of a figure by then is worth drawing; then after twice as many. */
const PATIENCE = 40;

/** For how many milliseconds nobody need be listened to. */
const DEAF = 10;

/** A way to the end of the queue of messages that is not slowed down as timers are. */
const turns = new MessageChannel();
/** What waits to be done, by topic. */
const waiting = new Map<string, Job>();
/** One explorer a client: it takes the work of its last state over to the next. */
const explorers = new Map<number, { explorer: Explorer; text: string }>();
/** Nobody may take these apart, not even the browser when they are forgotten. */
const refused: Explorer[] = [];
let ready: Promise<unknown> | undefined;
let complete: () => void;
/** Until every function is there. */
const whole = new Promise<void>((resolve) => {
  complete = resolve;
});
let busy = false;
let listened = 0;

addEventListener("message", ({ data }: MessageEvent<Message>) => {
  if ("module" in data) {
    ready = init({ module_or_path: data.module }).then((first) => {
      linkLater(first as unknown as WebAssembly.Exports);
    });
    return;
  }
  if ("deferred" in data) {
    void link(data.deferred).then(complete);
    return;
  }
  waiting.set(topic(data), data);
  if (!busy) void work();
});

async function work(): Promise<void> {
  busy = true;
  await ready;
  for (let next = waiting.entries().next(); !next.done; next = waiting.entries().next()) {
    const [key, job] = next.value;
    waiting.delete(key);
    try {
      await attempt(job);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      send({ kind: "failure", client: job.client, message });
    }
    await listen();
  }
  busy = false;
}

/** Does a job, once more from the start if it needs a part of the program that has yet to come. */
async function attempt(job: Job): Promise<void> {
  try {
    await answer(job);
  } catch (error) {
    // The explorer that was refused is in the middle of something, and so are those that share its memory of it.
    const known = explorers.get(job.client);
    if (known !== undefined) refused.push(known.explorer);
    explorers.delete(job.client);
    if (!(error instanceof NotYet)) throw error;
    send({ kind: "incomplete", client: job.client });
    await whole;
    await answer(job);
  }
}

/** Does a job piece by piece, until a newer one of its topic arrives. */
async function answer(job: Job): Promise<void> {
  const explorer = opened(job);
  while (explorer.train()) {
    if (await outdated(job)) return;
  }
  const { client } = job;
  if (job.kind === "measure") {
    const readouts = explorer.measured() as Readout[];
    send({ kind: "measure", client, text: job.text, readouts });
    return;
  }
  if (job.kind === "sense") {
    const sensitivities = explorer.sensitivities() as Sensitivity[];
    send({ kind: "sense", client, text: job.text, sensitivities });
    return;
  }
  const { figure, basis } = job;
  const tell = (values: Float64Array, more: boolean): void => {
    send({ kind: "refine", client, figure, basis, values, more }, [values.buffer]);
  };
  explorer.refine(figure);
  const began = performance.now();
  let due = PATIENCE;
  while (explorer.advance()) {
    if (await outdated(job)) return;
    if (performance.now() - began < due) continue;
    due *= 2;
    const values = explorer.news();
    if (values !== undefined) tell(values, true);
  }
  tell(explorer.refined(), false);
}

/** Whether a newer job takes the place of one that is being done. */
async function outdated(job: Job): Promise<boolean> {
  if (performance.now() - listened < DEAF) return false;
  await listen();
  const key = topic(job);
  const newer = waiting.get(key);
  if (newer !== undefined && same(newer, job)) waiting.delete(key);
  return waiting.has(key);
}

/** Lets come in what has been sent by now. */
async function listen(): Promise<void> {
  await new Promise((resolve) => {
    turns.port1.onmessage = resolve;
    turns.port2.postMessage(undefined);
  });
  listened = performance.now();
}

function opened({ client, text }: Job): Explorer {
  const known = explorers.get(client) ?? { explorer: new Explorer(), text: "" };
  explorers.set(client, known);
  if (known.text !== text) {
    known.explorer.open(text);
    known.text = text;
  }
  return known.explorer;
}

function send(outcome: Outcome, transfer: Transferable[] = []): void {
  postMessage(outcome, { transfer });
}
