/**
 * What a press does, unless there is nothing to do. Such a button is `aria-disabled` and keeps the focus: one that disables
 * itself when it is pressed would throw it out of the page.
 */
export function unless(idle: boolean, act: () => void): () => void {
  return () => {
    if (!idle) act();
  };
}
