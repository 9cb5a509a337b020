// Which kind a file would be taken for where nobody names one, and by which words.

import { element, show } from "../../dom.js";
import { t } from "../../texts.js";
import { beginMatch, match } from "./api.js";

const EVERY_MILLISECONDS = 700;

export class MatchPanel {
  #abort = new AbortController();
  #timer = 0;
  #file = element("input", { class: "unseen", type: "file", tabindex: "-1", "aria-label": t("prompts.match_file"), on: { change: () => this.#begin() } });
  #button = element("button", { class: "button", type: "button", text: t("prompts.choose"), on: { click: () => this.#file.click() } });
  #result = element("div", { class: "body stack", "aria-live": "polite", hidden: true });

  constructor() {
    this.node = element(
      "section",
      { class: "panel match", "aria-label": t("prompts.match") },
      element("header", { class: "line" }, element("h2", { text: t("prompts.match") }), element("span", { class: "push" }), this.#button, this.#file),
      element("p", { class: "body small muted", text: t("prompts.match_hint") }),
      this.#result,
    );
  }

  close() {
    clearTimeout(this.#timer);
    this.#abort.abort();
  }

  async #begin() {
    const [file] = this.#file.files;
    if (!file) return;
    this.#file.value = "";
    this.#button.disabled = true;
    this.#say(element("p", { text: t("prompts.sending") }));
    try {
      await this.#follow(await beginMatch(file));
    } catch (problem) {
      this.#ended(element("p", { class: "notice bad", text: problem.message || t("shell.no_answer") }));
    }
  }

  async #follow(id) {
    let found;
    try {
      found = await match(id, this.#abort.signal);
    } catch (problem) {
      if (!this.#abort.signal.aborted) this.#ended(element("p", { class: "notice bad", text: problem.message || t("shell.no_answer") }));
      return;
    }
    if (this.#abort.signal.aborted) return;
    if (found.status === "queued" || found.status === "reading") {
      this.#say(element("p", { text: t(`prompts.status.${found.status}`) }), element("progress", { "aria-label": t("prompts.progress") }));
      this.#timer = setTimeout(() => this.#follow(id), EVERY_MILLISECONDS);
      return;
    }
    this.#ended(result(found));
  }

  #ended(...content) {
    this.#button.disabled = false;
    this.#say(...content);
  }

  #say(...content) {
    this.#result.hidden = false;
    show(this.#result, ...content);
  }
}

function result(found) {
  if (found.failure) return element("p", { class: "notice bad", text: found.failure });
  const taken = found.papers.map((paper) => element("p", {}, element("strong", { text: t("prompts.taken_for", { file: found.file, title: paper.title }) }), " ", element("code", { class: "small muted", text: `${paper.name}.toml` }), !paper.by_words && element("span", { class: "small muted below", text: t("prompts.not_by_words", { default: found.default }) })));
  const words = found.words.map(({ title, words: seen, of }) => element("li", {}, element("strong", { text: title }), ` ${t("prompts.words_seen", { seen: seen.length, of })} `, element("span", { class: "muted", text: seen.join(t("prompts.and")) })));
  return [taken, words.length > 0 && element("p", { class: "small", text: t("prompts.enough", { count: found.enough }) }), words.length > 0 && element("ul", { class: "small stack" }, words)];
}
