/** The page's side of its workers. */

import { whenFetched } from "./deferred.ts";
import { start } from "./engine.ts";
import { topic, type Job, type Message, type Outcome } from "./jobs.ts";
import script from "virtual:worker";

type Listener = (outcome: Outcome) => void;

/** How many workers there are at most: one core is the page's own. */
const MOST = Math.min(Math.max(navigator.hardwareConcurrency - 1, 1), 4);

const listeners = new Map<number, Listener>();
/** Hired one after the other, as there is work for them. */
const workers: Promise<Worker>[] = [];
/** Which worker knows a topic: only there a newer job replaces one that waits. */
const knowing = new Map<string, number>();
let clients = 0;

/** A number to send jobs under; the listener hears what comes of them. */
export function join(listener: Listener): number {
  clients += 1;
  listeners.set(clients, listener);
  return clients;
}

/** No more outcomes for this client. */
export function leave(client: number): void {
  listeners.delete(client);
}

/** Does a job beside the page. A newer one of the same topic replaces it while it waits. */
export function send(job: Job): void {
  const key = topic(job);
  const place = knowing.get(key) ?? knowing.size % MOST;
  knowing.set(key, place);
  const worker = (workers[place] ??= hire());
  worker.then(
    (hired) => {
      hired.postMessage(job satisfies Message);
    },
    (error: unknown) => {
      const message = `Figures stay coarse: ${error instanceof Error ? error.message : String(error)}`;
      listeners.get(job.client)?.({ kind: "failure", client: job.client, message });
    },
  );
}

async function hire(): Promise<Worker> {
  const module = await start();
  const hired = fromSameOrigin() ?? fromElsewhere();
  hired.addEventListener("message", ({ data }: MessageEvent<Outcome>) => {
    listeners.get(data.client)?.(data);
  });
  hired.postMessage({ module } satisfies Message);
  whenFetched((deferred) => {
    hired.postMessage({ deferred } satisfies Message);
  });
  return hired;
}

function fromSameOrigin(): Worker | undefined {
  try {
    return new Worker(script, { type: "module" });
  } catch {
    return undefined;
  }
}

/** Browsers refuse a worker whose script comes from another host, but one may import it. */
function fromElsewhere(): Worker {
  const address = new URL(script, location.href).href;
  const wrapper = new Blob([`import ${JSON.stringify(address)};`], { type: "text/javascript" });
  return new Worker(URL.createObjectURL(wrapper), { type: "module" });
}
