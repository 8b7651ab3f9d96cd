import { html, nothing, type TemplateResult } from "lit";
import type { Control, Group, Name } from "../description.ts";
import { isHidden } from "../hidden.ts";
import type { Session } from "../session.ts";
import { type About, controlView, type Highlight } from "./control-view.ts";
import { actions, transport } from "./transport.ts";
import { unless } from "./unless.ts";

/** Where the settings of a stage would stand between the figure and its numbers, they open on demand. */
const NARROW = matchMedia("(width < 44rem)");

/** Every control that is not hidden: of the losses, of the training, of the stage. */
export function controls(session: Session, highlight: Highlight, about: About): TemplateResult {
  const { description } = session;
  const { groups, losses, changed, comparable } = description;
  const shown = groups.filter(
    ({ contender, controls: all }) => all.some(isShown) || (contender ?? 0) > 0,
  );
  const views = (of: (group: Group) => boolean): TemplateResult[] =>
    shown.filter(of).map((group) => groupView(session, group, losses.length > 1, highlight, about));
  const reset = (): void => {
    session.attempt("reset", (explorer) => {
      explorer.resetAll();
    });
  };
  // What starts a training is seen without scrolling, however many losses are compared.
  return html`${transport(session)} ${views(({ contender }) => contender !== undefined)}
  ${comparable.length > 0 && !isHidden(description, "compare") ? addRival(session) : nothing}
  ${actions(session)} ${views(({ contender }) => contender === undefined)}
  ${
    isHidden(description, "reset")
      ? nothing
      : html`<div class="buttons" role="group" aria-label="History">
          <button
            aria-disabled=${String(!session.canUndo)}
            @click=${unless(!session.canUndo, go(session))}
          >
            Undo
          </button>
          <button
            aria-disabled=${String(!session.canRedo)}
            @click=${unless(!session.canRedo, go(session, true))}
          >
            Redo
          </button>
          <button
            class="wide"
            aria-disabled=${String(!changed)}
            title="Back to how it opened"
            @click=${unless(!changed, reset)}
          >
            Reset everything
          </button>
        </div>`
  }`;
}

function go(session: Session, forth = false): () => void {
  return () => {
    session.goBack(forth);
  };
}

/** What has no effect as the others stand would only be in the way. */
function isShown({ hidden, enabled }: Control): boolean {
  return enabled && !hidden;
}

/** What is not as everybody has it is not folded away. */
function isChanged({ value, default: usual }: Control): boolean {
  return value !== usual;
}

function groupView(
  session: Session,
  { title, contender, controls: all }: Group,
  several: boolean,
  highlight: Highlight,
  about: About,
): TemplateResult {
  const view = (control: Control): TemplateResult =>
    controlView(session, control, highlight, about(contender, control.name));
  const shown = all.filter(isShown);
  const options = shown.filter(({ folded }) => folded);
  const views = shown.filter(({ folded }) => !folded).map(view);
  if (contender === undefined) {
    return html`<details class="settings" ?open=${!NARROW.matches}>
      <summary>${title}</summary>
      <div class="group" role="group" aria-label=${title}>${views}</div>
    </details>`;
  }
  return html`<fieldset class="group" aria-label=${title}>
    <legend>
      ${
        several
          ? html`<span class="swatch series-${contender % 8}" aria-hidden="true"></span>`
          : nothing
      }
      ${title} ${contender > 0 ? removeRival(session, contender, title) : nothing}
    </legend>
    ${views}
    ${
      options.length > 0
        ? html`<details class="options" ?open=${options.some(isChanged)}>
            <summary>Options of libraries</summary>
            <div class="group">${options.map(view)}</div>
          </details>`
        : nothing
    }
  </fieldset>`;
}

/** The losses beside the main one, as the state writes them. */
function rivals(session: Session): string[] {
  return session.description.losses.slice(1).map(({ id }) => id);
}

function setRivals(session: Session, ids: string[]): void {
  session.attempt("vs", (explorer) => {
    explorer.set("vs", ids.join(","));
  });
}

function removeRival(session: Session, contender: number, title: string): TemplateResult {
  const remove = (): void => {
    setRivals(
      session,
      rivals(session).filter((_, i) => i + 1 !== contender),
    );
  };
  return html`<button class="quiet" aria-label="Remove ${title}" title="Remove" @click=${remove}>
    <svg viewBox="0 0 16 16" aria-hidden="true"><path d="m4 4 8 8m0-8-8 8" /></svg>
  </button>`;
}

function addRival(session: Session): TemplateResult {
  const add = (event: Event): void => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const id = new FormData(form).get("rival");
    if (typeof id === "string" && id !== "") setRivals(session, [...rivals(session), id]);
    form.reset();
  };
  const { comparable, losses } = session.description;
  const isShown = (rival: Name): boolean => losses.some(({ id }) => id === rival.id);
  const others = comparable.filter((rival) => !isShown(rival));
  const own = comparable.filter(isShown);
  return html`<form class="compare" @submit=${add}>
    <label for="rival">Compare with</label>
    <span class="entry">
      <select id="rival" name="rival" required>
        <option value="">choose a loss</option>
        ${others.map(({ id, title }) => html`<option value=${id}>${title}</option>`)}
        ${own.map(({ id, title }) => html`<option value=${id}>${title}, once more</option>`)}
      </select>
      <button type="submit">Add</button>
    </span>
  </form>`;
}
