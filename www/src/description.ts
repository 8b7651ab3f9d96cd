/** What the wasm says about the screen: the types of `src/web/description.rs` and `canvas.rs`. */

export interface Name {
  id: string;
  title: string;
}

/** Something in a link that was passed over, and why. */
export interface Notice {
  key: string;
  message: string;
  /** What may have been meant: what it is called, and the link with that in it. */
  offers: readonly { name: string; state: string }[];
}

/** One of several losses or optimisers that are shown together. */
export interface Of {
  /** Which of them it is; it has the colour of that series. */
  place: number;
  title: string;
}

/** A live number. */
export interface Readout {
  id: string;
  name: string;
  /** Which of several it is told of; undefined if it is about none of them. */
  of?: Of;
  value: number;
  unit: string;
  /** Why it is not finite, or what it means just now; may be empty. */
  note: string;
}

/** A slider with a number field, or a choice. */
export interface Control {
  /** The key in the state. */
  key: string;
  name: string;
  /** LaTeX, may be empty. */
  symbol: string;
  unit: string;
  kind: "linear" | "log" | "integer" | "choice";
  range: [number, number];
  /** What is allowed, in words. */
  domain: string;
  value: number;
  default: number;
  /** What it opened with. */
  initial: number;
  /** Whether numbers below 0 are allowed. */
  signed: boolean;
  /** The value as the state writes it. */
  text: string;
  options: { text: string; name: string }[];
  /** Whether it has any effect as the others stand. */
  enabled: boolean;
  /** Whether it is an option of libraries, folded away until somebody asks. */
  folded: boolean;
  hidden: boolean;
  locked: boolean;
}

/** What turning a parameter of the main loss does, for the batch on screen. */
export interface Sensitivity {
  key: string;
  /** A turn of the size that a slider makes. */
  turn: string;
  /** What it does to the loss and to the length of its gradient, to first order. */
  loss_change: number;
  length_change?: number;
  /** The same in words. */
  sentence: string;
}

/** The controls of one loss, or of the stage. */
export interface Group {
  title: string;
  /** Position of the loss, 0 for the main one; undefined for the stage. */
  contender?: number;
  controls: Control[];
}

export interface FigureInfo {
  id: string;
  title: string;
  refines: boolean;
  /** Width over height. */
  aspect: number;
  main: boolean;
}

export interface Exhibit extends Name {
  /** The scene where its claim is shown, if that is no longer on screen. */
  left?: string;
}

/** What the sweep figure shows and what else it could. */
export interface Sweep {
  params: string[];
  param: string;
  readouts: { id: string; name: string }[];
  readout: string;
}

/** Something to do at the push of a button, if it would do anything. */
export interface Action extends Name {
  enabled: boolean;
}

export interface Description {
  losses: Name[];
  stage: Name & { trains: boolean };
  exhibit?: Exhibit;
  groups: Group[];
  figures: FigureInfo[];
  readouts: Readout[];
  actions: Action[];
  sentence: string;
  sweep?: Sweep;
  comparable: Name[];
  stages: Name[];
  steps: number;
  /** The step after which nothing changes any more. */
  last_step?: number;
  /** Whether the training has come to its end. */
  ended: boolean;
  seed: number;
  changed: boolean;
  hide: string[];
  /** If there are any, all else is hidden. */
  show: string[];
  lock: string[];
  /** Whether it is shown to a room. */
  present: boolean;
  /** Parts of the page that can be hidden besides controls and figures. */
  parts: Name[];
}

/** Something that can be moved in a figure: where it is in CSS pixels and in units of the axes. */
export interface Handle {
  id: string;
  name: string;
  left: number;
  top: number;
  x: number;
  y: number;
  freedom: "plane" | "x" | "y";
  selected: boolean;
}

export interface Axis {
  label: string;
  range: [number, number];
}

export interface Layout {
  plot: { left: number; top: number; width: number; height: number };
  handles: Handle[];
  x: Axis;
  y: Axis;
  /** Whether it is a surface in space. */
  turns: boolean;
  /** What the hatched zones are. */
  zones: string[];
}

/** What drawing answers. */
export interface Drawn {
  /** What a finer slow part would be computed for, if one is wanted. */
  refine?: string;
  /** Where its parts are, unless they are where they were. */
  layout?: Layout;
}

export interface Table {
  columns: string[];
  /** Numbers have all their digits; a cell may be empty. */
  rows: string[][];
}

/** What there is to choose from. */
export interface Catalogue {
  exhibits: Name[];
  families: { name: string; losses: Name[] }[];
  stages: Name[];
}
