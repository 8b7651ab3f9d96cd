/** What goes between the page and its workers. */

import type { Readout, Sensitivity } from "./description.ts";

/** Something slow to do for the state `text`. */
export type Job = { client: number; text: string } & (
  { kind: "refine"; figure: string; basis: string } | { kind: "measure" } | { kind: "sense" }
);

/** What a job is about: of each topic only the newest job is worth doing. */
export function topic(job: Job): string {
  return `${job.client} ${job.kind} ${job.kind === "refine" ? job.figure : ""}`;
}

/** Whether a newer job of one topic asks for what the other is about to answer. */
export function same(a: Job, b: Job): boolean {
  return a.kind === "refine" && b.kind === "refine" ? a.basis === b.basis : a.text === b.text;
}

/** First the program, a part of it perhaps later, then work. */
export type Message = { module: WebAssembly.Module } | { deferred: WebAssembly.Module } | Job;

/** What came of a job. */
export type Outcome = { client: number } &
  /** `more` if finer values follow. */
  (
    | { kind: "refine"; figure: string; basis: string; values: Float64Array; more: boolean }
    | { kind: "measure"; text: string; readouts: Readout[] }
    | { kind: "sense"; text: string; sensitivities: Sensitivity[] }
    /** It waits for the whole program. */
    | { kind: "incomplete" }
    | { kind: "failure"; message: string }
  );
