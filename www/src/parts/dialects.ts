import { html, nothing, type TemplateResult } from "lit";
import type { Dialect } from "virtual:texts";
import { whole } from "../deferred.ts";
import { words } from "../quantity.ts";
import { sentence, type Session } from "../session.ts";
import { Text } from "../text.ts";
import { Part, define } from "./part.ts";

/** What the main loss is called in other libraries, their defaults, and Python that compares. */
export class Dialects extends Part {
  static override properties = {
    session: { attribute: false },
    loss: {},
    revision: { type: Number },
    said: { state: true },
    words: { state: true },
  };

  declare session: Session;
  declare loss: string;
  /** Counts what has been shown: what a library can follow depends on it. */
  declare revision: number;
  /** What was done last, and with which dialect. */
  declare private said: { of: Dialect; message: string } | undefined;
  /** What to say until the dialects are there. */
  declare private words: string;

  private readonly dialects = new Text<Dialect[]>("dialects");

  override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has("loss")) void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.dialects.stop();
  }

  private async load(): Promise<void> {
    this.words = "Loading …";
    const turned = await this.dialects.turnTo(this.loss, (why) => {
      this.words = `The libraries could not be loaded (${sentence(why)}). It is tried again.`;
    });
    if (turned) this.words = "";
  }

  override render(): TemplateResult {
    const { shown = [] } = this.dialects;
    return html`${shown.map((dialect) => this.view(dialect))}
      <p class="coming" role="status">${this.words}</p>`;
  }

  private view(dialect: Dialect): TemplateResult {
    const { library, version, call, note } = dialect;
    const lacks = this.lacks(dialect);
    const { said } = this;
    return html`<section>
      <h4><code>${call}</code> <span>${library}, checked with ${version}</span></h4>
      <p>${note}</p>
      ${dialect.arguments.length === 0 ? nothing : table(dialect)}
      <div class="row">
        ${
          dialect.arguments.some(({ preset }) => preset !== null)
            ? html`<button
                @click=${() => {
                  this.preset(dialect);
                }}
              >
                Use its defaults
              </button>`
            : nothing
        }
        <button
          ?disabled=${lacks !== undefined}
          @click=${() => this.copy(dialect)}
          title="A script that computes this very loss there and compares"
        >
          Copy Python
        </button>
        <span role="status">${said?.of === dialect ? said.message : (lacks ?? "")}</span>
      </div>
    </section>`;
  }

  /** Why the library cannot compute what is on screen, if so. */
  private lacks(dialect: Dialect): string | undefined {
    const { groups } = this.session.description;
    const controls = groups.find(({ contender }) => contender === 0)?.controls ?? [];
    const other = dialect.arguments.find(({ ours, only }) => {
      const control = controls.find(({ key }) => key === ours);
      return only !== null && control?.enabled === true && control.value !== only;
    });
    return other && `It has ${words(other.ours)} ${other.default} only.`;
  }

  private preset(dialect: Dialect): void {
    const refusal = this.session.attempt("dialect", (explorer) => {
      for (const { ours, preset } of dialect.arguments) {
        if (preset !== null) explorer.set(ours, preset);
      }
    });
    const message = refusal ?? `The defaults of ${dialect.library} are set.`;
    this.said = { of: dialect, message };
  }

  private async copy(dialect: Dialect): Promise<void> {
    const { setup, array, code } = dialect;
    let message = "The script is copied.";
    try {
      await whole();
      const text = this.session.ask((explorer) => explorer.script(setup, array, code));
      await navigator.clipboard.writeText(text);
    } catch (error) {
      message = `There is no script: ${sentence(error)}.`;
    }
    this.said = { of: dialect, message };
  }
}

function table(dialect: Dialect): TemplateResult {
  return html`<div
    class="scroll"
    tabindex="0"
    role="region"
    aria-label="Parameters of ${dialect.call}"
  >
    <table>
      <thead>
        <tr>
          <th scope="col">here</th>
          <th scope="col">there</th>
          <th scope="col">default there</th>
        </tr>
      </thead>
      <tbody>
        ${dialect.arguments.map(
          (argument) =>
            html`<tr>
              <th scope="row">${words(argument.ours)}</th>
              <td>${argument.theirs === "" ? "–" : html`<code>${argument.theirs}</code>`}</td>
              <td>
                ${
                  argument.only === null
                    ? html`<code>${argument.default || "none"}</code>`
                    : `${argument.default} only`
                }
              </td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

define("loss-explorer-dialects", Dialects);
