// The examples beside the last accepted run; a run of all of them is what a set is accepted with.

import { announce } from "../../announce.js";
import { element, show } from "../../dom.js";
import { t } from "../../texts.js";
import { accept, beginRun, run as runOf } from "./api.js";

const EVERY_MILLISECONDS = 1000;
const LAST_RUN = "ocrbot-examples-run";
const TAGS = { right: "good", better: "good", wrong: "bad", worse: "bad", known: "doubt", skipped: "" };

export class ExamplesPanel {
  #abort = new AbortController();
  #timer = 0;
  #set = null;
  #run = null;
  #prompt;
  #changed;
  #begin = element("button", { class: "button small", type: "button", text: t("prompts.run_examples"), on: { click: () => this.#start() } });
  #accept = element("button", { class: "button small first", type: "button", text: t("prompts.accept"), on: { click: () => this.#take() } });
  #body = element("div", { "aria-live": "polite" });

  /** `prompt`: only its examples, without accepting; `changed` is called once a set was accepted. */
  constructor({ prompt = "", changed = null } = {}) {
    this.#prompt = prompt;
    this.#changed = changed;
    this.node = element(
      "section",
      { class: "panel examples", "aria-label": t("prompts.examples") },
      element("header", { class: "line" }, element("h2", { text: t("prompts.examples") }), element("div", { class: "push line" }, this.#begin, changed && this.#accept)),
      this.#body,
    );
  }

  /** Show the examples of a set; the last run of this browser's tab is found again. */
  show(set) {
    this.#set = set;
    const last = !this.#prompt && !this.#run && sessionStorage.getItem(LAST_RUN);
    if (last) this.#follow(last);
    else this.#draw();
  }

  close() {
    clearTimeout(this.#timer);
    this.#abort.abort();
  }

  async #start() {
    this.#begin.disabled = true;
    try {
      this.#run = await beginRun(this.#prompt);
      if (!this.#prompt) sessionStorage.setItem(LAST_RUN, this.#run.id);
      this.#draw();
      await this.#follow(this.#run.id);
    } catch (problem) {
      announce(problem.message || t("shell.no_answer"));
      this.#begin.disabled = false;
    }
  }

  async #follow(id) {
    clearTimeout(this.#timer);
    try {
      this.#run = await runOf(id, this.#abort.signal);
    } catch (problem) {
      if (this.#abort.signal.aborted) return;
      if (problem.status === 404) {
        sessionStorage.removeItem(LAST_RUN);
        this.#run = null;
      }
    }
    if (this.#abort.signal.aborted) return;
    this.#draw();
    if (this.#run && !this.#run.is_done) this.#timer = setTimeout(() => this.#follow(id), EVERY_MILLISECONDS);
  }

  async #take() {
    this.#accept.disabled = true;
    try {
      const { id } = await accept(this.#run.id);
      announce(t("prompts.accepted_as", { id }));
      await this.#changed();
      await this.#follow(this.#run.id);
    } catch (problem) {
      announce(problem.message || t("shell.no_answer"));
      this.#draw();
    }
  }

  #draw() {
    const run = this.#run;
    const writable = this.#set?.writable ?? true;
    this.#begin.disabled = Boolean(run && !run.is_done);
    this.#accept.hidden = !writable;
    this.#accept.disabled = !(run?.is_done && run.is_current && !run.prompt);
    if (!run) return show(this.#body, element("p", { class: "body small muted", text: t(this.#prompt ? "prompts.examples_hint_one" : "prompts.examples_hint") }));
    const done = run.items.filter((one) => one.status === "done").length;
    show(
      this.#body,
      element("p", { class: "body small", text: summary(run, done) }),
      !run.is_done && element("div", { class: "body" }, element("progress", { max: run.items.length, value: done, "aria-label": t("prompts.progress") })),
      run.items.length > 0 && table(run.items),
    );
  }
}

function summary(run, done) {
  if (run.items.length === 0) return t("prompts.no_examples");
  if (!run.is_done) return t("prompts.reading_examples", { done, count: run.items.length });
  const read = run.items.filter((one) => one.comparison !== "skipped");
  const right = read.filter((one) => one.comparison === "right" || one.comparison === "better").length;
  const worse = read.filter((one) => one.comparison === "worse").length;
  const parts = [t("prompts.all_right", { right, count: read.length })];
  if (worse > 0) parts.push(t("prompts.worse", { count: worse }));
  parts.push(run.compared_with ? t("prompts.compared_with", { id: run.compared_with }) : t("prompts.compared_with_nothing"));
  if (!run.is_current) parts.push(t("prompts.run_outdated"));
  return parts.join(" ");
}

function table(items) {
  const head = ["example", "right", "before", "time", "result"];
  return element(
    "div",
    { class: "wide", tabindex: "0", role: "group", "aria-label": t("prompts.examples") },
    element(
      "table",
      { class: "table" },
      element("thead", {}, element("tr", {}, head.map((name) => element("th", { scope: "col", class: ["right", "before", "time"].includes(name) ? "end" : null, text: t(`prompts.head.${name}`) })))),
      element("tbody", {}, items.map(exampleRow)),
    ),
  );
}

function exampleRow(one) {
  const score = (found) => (found ? `${found.right}/${found.total}` : "—");
  const tag = one.comparison
    ? element("span", { class: `tag ${TAGS[one.comparison]}`, text: t(`prompts.comparison.${one.comparison}`) })
    : element("span", { class: "tag", text: t(`prompts.status.${one.status}`) });
  return element(
    "tr",
    {},
    element(
      "th",
      { scope: "row" },
      one.prompt,
      element("span", { class: "below small muted", text: one.image }),
      (one.failure || one.skipped) && element("span", { class: `below small ${one.failure ? "fault" : "muted"}`, text: one.failure || one.skipped }),
      one.items.filter((item) => !item.right).map(wrongItem),
    ),
    element("td", { class: "end number", text: score(one.score) }),
    element("td", { class: "end number muted", text: score(one.before) }),
    element("td", { class: "end number", text: one.seconds ? t("prompts.seconds", { count: one.seconds.toFixed(1) }) : "—" }),
    element("td", {}, tag),
  );
}

function wrongItem(item) {
  const got = item.got ? t("prompts.item_got", { got: item.got }) : t("prompts.item_nothing");
  const more = [item.checked && t("prompts.item_checked"), item.was_right && t("prompts.item_was_right")].filter(Boolean).join("");
  return element("span", { class: "below small fault", text: `${t("prompts.item", { what: item.what, expected: item.expected })}${got}${more}` });
}
