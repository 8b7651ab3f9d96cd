/** What is said of a link that does not hold everything. */

import { LONGEST } from "./link.ts";

/** A sentence about the keys that had to be left out. */
export function shortfall(without: readonly string[]): string {
  const are = without.length === 1 ? "is" : "are";
  return `This is more than a link should hold (${LONGEST.toLocaleString("en")} characters): ${without.join(", ")} ${are} left out of it. A file, under Share, holds everything.`;
}
