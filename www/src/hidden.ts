/** What a link takes away: what it hides by name, or all but what it shows by name. */

import type { Description, FigureInfo } from "./description.ts";

/** Whether a part of the page or a control is taken away. */
export function isHidden({ hide, show }: Description, part: string): boolean {
  return hide.includes(part) || (show.length > 0 && !show.includes(part));
}

/** The figures that are left. The main ones stay, unless they are hidden or others are named. */
export function figuresLeft(description: Description): FigureInfo[] {
  const { figures, hide, show } = description;
  const named = figures.filter(({ id }) => show.includes(id));
  if (named.length > 0) return named;
  const left = figures.filter(({ id }) => !hide.includes(id));
  return isHidden(description, "figures") ? left.filter(({ main }) => main) : left;
}
