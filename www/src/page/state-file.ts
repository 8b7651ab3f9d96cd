/** What is on screen as a file, for where a link would be too long. */

/** The largest file that is looked into: many times what a state can be. */
const LARGEST = 8_000_000;

/** A state as a file; the command line reads it with `--state @FILE`. */
export function fileOf(state: string, title: string): File {
  return new File([`${state}\n`], `${title}.loss-explorer.txt`, { type: "text/plain" });
}

/** The state in a file; it throws what is wrong with the file. */
export async function stateIn(file: File): Promise<string> {
  const nothing = `${file.name} holds nothing that can be shown: a file of the explorer is text that names a loss or an exhibit`;
  if (file.size > LARGEST) throw new Error(nothing);
  const text = (await file.text()).trim();
  // A whole link does as well.
  const state = /^\S+:\/\//.test(text) ? text.replace(/^[^?#]*[?#]?/, "") : text;
  const keys = new URLSearchParams(state);
  if (!keys.has("loss") && !keys.has("exhibit")) throw new Error(nothing);
  return state.replace(/^[?#]/, "");
}
