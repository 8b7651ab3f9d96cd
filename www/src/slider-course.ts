/** How a slider runs over the values of a parameter. */

import type { Control } from "./description.ts";

/** Positions of a slider: `min` to `max` in steps, and the value at each. */
export interface Course {
  min: number;
  max: number;
  step: number;
  position: (value: number) => number;
  value: (position: number) => number;
}

/** The nearest 1, 2 or 5 of a decimal place that is at least `rough`. */
function round(rough: number): number {
  const decade = 10 ** Math.floor(Math.log10(rough));
  const digit = [1, 2, 5, 10].find((candidate) => candidate * decade >= rough * 0.999);
  return (digit ?? 10) * decade;
}

/** Without the digits that only binary arithmetic has put there. */
function clean(value: number, digits = 12): number {
  return Number(value.toPrecision(digits));
}

/** The course of a control that is no choice. */
export function course({ kind, range: [low, high] }: Control): Course {
  if (kind === "log") {
    const steps = 200;
    const span = Math.log(high / low);
    return {
      min: 0,
      max: steps,
      step: 1,
      position: (value) => (Math.log(Math.max(value, Number.MIN_VALUE) / low) / span) * steps,
      value: (position) => {
        // Ends exactly at the ends; between them three digits are plenty.
        if (position <= 0) return low;
        if (position >= steps) return high;
        return clean(low * Math.exp((position / steps) * span), 3);
      },
    };
  }
  const step = kind === "integer" ? 1 : round((high - low) / 200);
  return { min: low, max: high, step, position: (value) => value, value: clean };
}
