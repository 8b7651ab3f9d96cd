/** The page's side of its one worker. */

import { start } from "./engine.ts";
import type { Job, Message, Outcome } from "./jobs.ts";
import script from "./worker.ts?worker&url";

type Listener = (outcome: Outcome) => void;

const listeners = new Map<number, Listener>();
let worker: Promise<Worker> | undefined;
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

/** Does a job beside the page. A newer one for the same figure replaces it while it waits. */
export function send(job: Job): void {
  worker ??= hire();
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
