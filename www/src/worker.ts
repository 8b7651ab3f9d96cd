/** Computes at full quality beside the page, with a wasm instance of its own. */

import init, { Explorer } from "../generated/wasm/loss_explorer.js";
import type { Readout } from "./description.ts";
import { topic, type Job, type Message, type Outcome } from "./jobs.ts";

/** What waits to be done, by topic. */
const waiting = new Map<string, Job>();
/** One explorer a client: it takes the work of its last state over to the next. */
const explorers = new Map<number, { explorer: Explorer; text: string }>();
let ready: Promise<unknown> | undefined;
let busy = false;

addEventListener("message", ({ data }: MessageEvent<Message>) => {
  if ("module" in data) {
    ready = init({ module_or_path: data.module });
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
    answer(job);
    // Newer jobs may replace what still waits.
    await new Promise((resolve) => setTimeout(resolve));
  }
  busy = false;
}

function answer(job: Job): void {
  try {
    const explorer = opened(job);
    if (job.kind === "measure") {
      const readouts = explorer.measured() as Readout[];
      send({ kind: "measure", client: job.client, text: job.text, readouts });
    } else {
      const values = explorer.compute(job.figure);
      const { client, figure, basis } = job;
      send({ kind: "refine", client, figure, basis, values }, [values.buffer]);
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    send({ kind: "failure", client: job.client, message });
  }
}

function opened({ client, text }: Job): Explorer {
  const known = explorers.get(client) ?? { explorer: new Explorer(), text: "" };
  if (known.text !== text) {
    known.explorer.open(text);
    known.text = text;
    explorers.set(client, known);
  }
  return known.explorer;
}

function send(outcome: Outcome, transfer: Transferable[] = []): void {
  postMessage(outcome, { transfer });
}
