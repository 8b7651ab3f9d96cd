/** How much of what is on screen a link holds. */

/** Longer texts than this are cut by mail, chats and servers. */
export const LONGEST = 8000;

/** A link, and what it does not hold. */
export interface Link {
  /** The text of a state, short enough. */
  readonly text: string;
  /** What had to be left out of it, by its keys; mostly nothing. */
  readonly without: readonly string[];
}

/** The link of a state: all of it, or without the longest that there is in it. */
export function linkOf(state: string): Link {
  let pairs = state.split("&");
  const without: string[] = [];
  while (pairs.join("&").length > LONGEST) {
    const longest = pairs.reduce((most, pair) => (pair.length > most.length ? pair : most));
    without.push(decodeURIComponent(longest.split("=", 1)[0] ?? ""));
    pairs = pairs.filter((pair) => pair !== longest);
  }
  return { text: pairs.join("&"), without };
}
