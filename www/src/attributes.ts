/** From the attributes of the element to the text of a state. */

/** The attributes that say what is shown. */
export interface Shown {
  state?: string | null;
  exhibit?: string | null;
  loss?: string | null;
  stage?: string | null;
  params?: string | null;
  seed?: string | number | null;
  hide?: string | null;
  show?: string | null;
  present?: string | null;
  lock?: string | null;
}

/** The keys that an attribute of the same name stands for. */
const KEYS = ["exhibit", "loss", "stage", "seed", "hide", "show", "present", "lock"] as const;

/** One text for all of them. What `state` says is overruled by the other attributes. */
export function stateText(shown: Shown): string {
  const pairs = new URLSearchParams(shown.state ?? "");
  for (const key of KEYS) {
    const value = shown[key];
    if (value !== undefined && value !== null && value !== "") pairs.set(key, String(value));
  }
  for (const [key, value] of params(shown.params ?? "")) pairs.set(key, value);
  return pairs.toString();
}

/** The pairs of `temperature=0.07, margin=0.5`; `&` and `;` may stand for the comma. */
export function params(text: string): [string, string][] {
  return text
    .split(/[,;&]/)
    .map((pair) => pair.split("=", 2).map((part) => part.trim()))
    .filter(([key]) => key !== undefined && key !== "")
    .map(([key = "", value = ""]) => [key, value]);
}
