/**
 * One page in one of three engines, by the same few verbs: what a test does there it can do in all.
 *
 * @typedef {{ x: number, y: number }} Place In CSS pixels from the top left corner of the page's window.
 *
 * @typedef {object} Page
 * @property {(address: string) => Promise<void>} open Goes there; what it shows may still be on its way.
 * @property {(source: string) => Promise<unknown>} run What an expression of the page's script comes to, as JSON.
 * @property {(places: Place[]) => Promise<void>} drag With the pointer: down at the first place, up at the last.
 * @property {(key: "ArrowRight" | "Home" | "End") => Promise<void>} press A key, where the focus is.
 * @property {() => Promise<Buffer>} screenshot As PNG.
 * @property {() => Promise<void>} close
 */

export const WINDOW = { width: 1280, height: 900 };
