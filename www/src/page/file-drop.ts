/** A file that is dropped anywhere on the page is opened. */

import { sentence } from "../session.ts";

/** Opens what is dropped; `told` hears what is wrong with it. */
export function openDrops(open: (state: string) => void, told: (message: string) => void): void {
  const holdsFile = (event: DragEvent): boolean =>
    event.dataTransfer?.types.includes("Files") ?? false;
  addEventListener("dragover", (event) => {
    // Else the browser would leave the page for the file.
    if (holdsFile(event)) event.preventDefault();
  });
  addEventListener("drop", (event) => {
    if (!holdsFile(event)) return;
    event.preventDefault();
    const [file] = event.dataTransfer?.files ?? [];
    if (file === undefined) return;
    import("./state-file.ts")
      .then(({ stateIn }) => stateIn(file))
      .then(open, (error: unknown) => {
        told(sentence(error));
      });
  });
}
