/** What the page remembers of a visitor's choices. Storage may be forbidden; then it is nothing. */

/** What was remembered under a name. */
export function recall(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

/** Remembers a choice under a name. */
export function remember(name: string, choice: string): void {
  try {
    localStorage.setItem(name, choice);
  } catch {
    return;
  }
}
