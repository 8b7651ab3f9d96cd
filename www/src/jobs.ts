/** What goes between the page and its workers. */

import type { Readout } from "./description.ts";

/** Something slow to do for the state `text`. */
export type Job = { client: number; text: string } & (
  { kind: "refine"; figure: string; basis: string } | { kind: "measure" }
);

/** What a job is about: of each topic only the newest job is worth doing. */
export function topic(job: Job): string {
  return `${job.client} ${job.kind === "refine" ? job.figure : ""}`;
}

export type Message = { module: WebAssembly.Module } | Job;

/** What came of a job. */
export type Outcome = { client: number } & (
  | { kind: "refine"; figure: string; basis: string; values: Float64Array }
  | { kind: "measure"; text: string; readouts: Readout[] }
  | { kind: "failure"; message: string }
);
