// Trying a draft on a file: what the engine answered, in how long, what came of it, and the reply.

import { element, show } from "../../dom.js";
import { t } from "../../texts.js";
import { beginTrial, trial } from "./api.js";

const EVERY_MILLISECONDS = 700;
const MARKS = { checked: "✅", doubtful: "⚠️", unchecked: "", missing: "" };

export class TrialPanel {
  #name;
  #source;
  #abort = new AbortController();
  #timer = 0;
  #takesInput = false;
  #isGood = false;
  #isBusy = false;
  #file = element("input", { class: "unseen", type: "file", tabindex: "-1", "aria-label": t("prompts.trial_file"), on: { change: () => this.#label() } });
  #chosen = element("span", { class: "chosen small muted", text: t("prompts.none_chosen") });
  #input = element("input", { class: "input", type: "text", autocomplete: "off" });
  #wanted = element("label", { class: "above", hidden: true }, t("prompts.input"), this.#input);
  #try = element("button", { class: "button first", type: "submit", text: t("prompts.try_it"), disabled: true });
  #result = element("div", { class: "trial-result", "aria-live": "polite" });

  /** `source()` returns the draft as it is now. */
  constructor(name, source) {
    this.#name = name;
    this.#source = source;
    this.node = element(
      "section",
      { class: "panel trial", "aria-label": t("prompts.trial") },
      element("header", {}, element("h2", { text: t("prompts.trial") }), element("p", { class: "small muted", text: t("prompts.trial_hint") })),
      element(
        "form",
        { class: "body trial-form", on: { submit: (event) => this.#begin(event) } },
        element("button", { class: "button", type: "button", text: t("prompts.choose"), on: { click: () => this.#file.click() } }),
        this.#chosen,
        this.#file,
        this.#wanted,
        this.#try,
      ),
      this.#result,
    );
  }

  /** Take what was found of the draft: a faulty one cannot be tried. */
  allow(found) {
    this.#isGood = found.problems.length + found.elsewhere.length === 0;
    this.#takesInput = found.takes_input;
    this.#wanted.hidden = !found.takes_input;
    this.#label();
  }

  close() {
    clearTimeout(this.#timer);
    this.#abort.abort();
  }

  #label() {
    this.#chosen.textContent = this.#file.files[0]?.name ?? t("prompts.none_chosen");
    this.#try.disabled = this.#isBusy || !this.#isGood || this.#file.files.length === 0;
  }

  async #begin(event) {
    event.preventDefault();
    this.#isBusy = true;
    this.#label();
    show(this.#result, element("p", { class: "body", text: t("prompts.sending") }));
    try {
      const id = await beginTrial(this.#name, { file: this.#file.files[0], source: this.#source(), input: this.#takesInput ? this.#input.value : "" });
      await this.#follow(id);
    } catch (problem) {
      this.#failed(problem);
    }
  }

  async #follow(id) {
    let found;
    try {
      found = await trial(this.#name, id, this.#abort.signal);
    } catch (problem) {
      if (!this.#abort.signal.aborted) this.#failed(problem);
      return;
    }
    if (this.#abort.signal.aborted) return;
    if (found.status === "queued" || found.status === "reading") {
      show(this.#result, element("div", { class: "body stack" }, element("p", { text: t(`prompts.status.${found.status}`) }), element("progress", { "aria-label": t("prompts.progress") })));
      this.#timer = setTimeout(() => this.#follow(id), EVERY_MILLISECONDS);
      return;
    }
    this.#isBusy = false;
    this.#label();
    show(this.#result, result(found));
  }

  #failed(problem) {
    this.#isBusy = false;
    this.#label();
    show(this.#result, element("p", { class: "notice bad", text: problem.message || t("shell.no_answer") }));
  }
}

function result(found) {
  const head = [found.engine, t("prompts.took", { count: found.seconds.toFixed(2) }), found.pages && t("prompts.page_count", { count: found.pages }), found.calls.length > 0 && t("prompts.questions", { count: found.calls.length })];
  return element(
    "div",
    { class: "body stack" },
    element("p", { class: "line" }, element("span", { class: `tag ${found.failure ? "bad" : "good"}`, text: t(found.failure ? "prompts.not_read" : "prompts.read") }), element("span", { class: "small muted", text: head.filter(Boolean).join(" · ") })),
    found.failure && element("p", { class: "notice bad", text: found.failure }),
    found.papers.map(paper),
    found.calls.map(question),
    found.reply.length > 0 && folded(t("prompts.reply"), element("pre", { class: "raw", tabindex: "0", text: found.reply.join("\n\n———\n\n") })),
  );
}

function paper(one) {
  return element(
    "section",
    { class: "stack" },
    element("h3", { text: t("prompts.paper", { title: one.title, checks: one.checks.length > 0 ? one.checks.join(t("prompts.and")) : t("prompts.no_checks") }) }),
    one.doubts.map((doubt) => element("p", { class: "notice doubt small", text: doubt })),
    one.fields.length > 0 && fields(one.fields),
    one.rows.length > 0 && rows(one.rows),
    one.fields.length === 0 && element("pre", { class: "raw", tabindex: "0", text: one.text }),
  );
}

function fields(found) {
  return element(
    "table",
    { class: "table trial-fields" },
    element("thead", {}, element("tr", {}, ["field", "value", "field_state", "source"].map((name) => element("th", { scope: "col", text: t(`prompts.head.${name}`) })))),
    element(
      "tbody",
      {},
      found.map((field) =>
        element(
          "tr",
          {},
          element("th", { scope: "row", text: field.name }),
          element("td", {}, field.value || "—", field.doubts.map((doubt) => element("span", { class: "below small doubtful", text: doubt }))),
          element("td", { text: `${MARKS[field.status]} ${t(`prompts.field.${field.status}`)}`.trim() }),
          element("td", { class: "muted", text: field.source === "none" ? "—" : t(`prompts.from.${field.source}`) }),
        ),
      ),
    ),
  );
}

function rows(found) {
  const line = (cells, tag, text) => element("tr", {}, cells.map((cell) => element(tag, { scope: tag === "th" ? "col" : null, text: text(cell) })));
  return element(
    "div",
    { class: "wide", tabindex: "0", role: "group", "aria-label": t("prompts.rows") },
    element("table", { class: "table" }, element("thead", {}, line(found[0], "th", (cell) => cell.name)), element("tbody", {}, found.map((cells) => line(cells, "td", (cell) => `${cell.value || "—"} ${MARKS[cell.status]}`)))),
  );
}

function question(one, index) {
  const title = t("prompts.question", { number: index + 1, width: one.width, height: one.height, seconds: one.seconds.toFixed(2) });
  const raw = one.lines.length > 0 ? one.lines.map((line) => `${line.confidence === null ? "" : `${line.confidence.toFixed(2)}  `}${line.text}`).join("\n") : one.text;
  return folded(
    one.stop ? `${title}${t("prompts.stopped", { why: one.stop })}` : title,
    one.prompt && element("p", { class: "small" }, element("strong", { text: t("prompts.asked") }), " ", one.prompt),
    element("pre", { class: "raw", tabindex: "0", text: raw || t("prompts.nothing_read") }),
  );
}

function folded(title, ...content) {
  return element("details", {}, element("summary", { text: title }), content);
}
