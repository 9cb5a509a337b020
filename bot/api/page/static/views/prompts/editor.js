// The editor of one prompt file: checked while it is written, saved, tried on a file.

import { announce } from "../../announce.js";
import { ask } from "../../ask.js";
import { element, show } from "../../dom.js";
import { t } from "../../texts.js";
import { check, retire, save, sourceOf } from "./api.js";
import { CodeArea } from "./code_area.js";
import { CompletionList } from "./completion_list.js";
import { drafts } from "./drafts.js";
import { ExamplesPanel } from "./examples.js";
import { checkPanel } from "./faults.js";
import { TrialPanel } from "./trial.js";

const PAUSE_MILLISECONDS = 250; // without a key, before what stands there is checked

export async function openEditor(place, { name }) {
  const editor = new Editor(place, name);
  await editor.load();
  return () => editor.close();
}

class Editor {
  #name;
  #saved = { source: "", etag: "", writable: true };
  #abort = null;
  #timer = 0;
  #title = element("h1", { text: "" });
  #state = element("span", { class: "tag" });
  #notice = element("div", { class: "stack" });
  #faults = checkPanel((line) => this.#area.goTo(line));
  #list = new CompletionList({ chosen: (item, start) => this.#area.insert(start, item.insert, item.back) });
  #area;
  #save = element("button", { class: "button first", type: "button", text: t("prompts.save"), on: { click: () => this.#store() } });
  #undo = element("button", { class: "button", type: "button", text: t("prompts.discard"), on: { click: () => this.#discard() } });
  #retire = element("button", { class: "button danger", type: "button", text: t("prompts.retire"), hidden: true, on: { click: () => this.#remove() } });
  #trial;
  #examples;

  constructor(place, name) {
    this.#name = name;
    this.#area = new CodeArea({
      label: t("prompts.source_of", { file: `${name}.toml` }),
      describedBy: "faults completion-keys",
      moved: () => this.#moved(),
      keys: (event) => this.#key(event),
    });
    this.#list.belongTo(this.#area.text);
    this.#trial = new TrialPanel(name, () => this.#area.value);
    this.#examples = new ExamplesPanel({ prompt: name });
    show(
      place,
      element(
        "header",
        { class: "editor-head" },
        element("a", { class: "back small", href: "#/prompts", text: t("prompts.all") }),
        element("div", { class: "line" }, this.#title, element("code", { class: "muted", text: `${name}.toml` }), this.#state, element("div", { class: "push line" }, this.#retire, this.#undo, this.#save)),
      ),
      this.#notice,
      element("div", { class: "editor" }, this.#area.node, element("div", { class: "stack side" }, this.#faults.node, this.#list.node)),
      element("div", { class: "beside" }, this.#trial.node, this.#examples.node),
    );
    this.#examples.show({ writable: true });
  }

  async load() {
    try {
      this.#saved = await sourceOf(this.#name);
    } catch (problem) {
      if (problem.status !== 404) return show(this.#notice, element("p", { class: "notice bad", role: "alert", text: problem.message || t("shell.no_answer") }));
      this.#saved = { source: "", etag: "", writable: true };
    }
    const draft = drafts.get(this.#name);
    const begun = draft?.source ?? (this.#saved.etag ? this.#saved.source : t("prompts.template"));
    this.#area.value = begun;
    if (draft) this.#saved.etag = draft.etag;
    show(this.#notice, !this.#saved.writable && element("p", { class: "notice doubt", text: t("prompts.read_only") }), draft && element("p", { class: "notice", text: t("prompts.draft_found") }));
    await this.#check();
  }

  close() {
    clearTimeout(this.#timer);
    this.#abort?.abort();
    this.#trial.close();
    this.#examples.close();
  }

  get #isChanged() {
    return this.#area.value !== this.#saved.source;
  }

  #key(event) {
    if (event.isComposing) return;
    if ((event.ctrlKey || event.metaKey) && event.key === "s") {
      event.preventDefault();
      this.#store();
    } else if (this.#list.took(event)) event.preventDefault();
  }

  #moved() {
    if (this.#isChanged) drafts.set(this.#name, { source: this.#area.value, etag: this.#saved.etag });
    else drafts.delete(this.#name);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#check(), PAUSE_MILLISECONDS);
    this.#label();
  }

  async #check() {
    this.#abort?.abort();
    const abort = (this.#abort = new AbortController());
    const { line, column } = this.#area.cursor;
    try {
      const found = await check(this.#name, { source: this.#area.value, line, column }, abort.signal);
      this.#found = found;
      this.#area.mark(found.problems);
      this.#faults.show(found);
      this.#list.show(found.completions);
      this.#trial.allow(found);
      this.#title.textContent = found.title || this.#title.textContent || this.#name;
    } catch (problem) {
      if (abort.signal.aborted) return;
      this.#faults.failed(problem.message || t("shell.no_answer"));
    }
    this.#label();
  }

  #found = null;

  #label() {
    const faulty = this.#found !== null && this.#found.problems.length + this.#found.elsewhere.length > 0;
    const [kind, word] = faulty ? ["bad", "faulty"] : this.#isChanged ? ["doubt", "unsaved"] : ["good", "saved"];
    this.#state.className = `tag ${kind}`;
    this.#state.textContent = t(`prompts.editing.${word}`);
    this.#save.disabled = !this.#saved.writable || !this.#isChanged || faulty;
    this.#undo.disabled = !this.#isChanged;
    this.#retire.hidden = !this.#saved.etag || !this.#saved.writable;
  }

  async #store() {
    if (!this.#isChanged || !this.#saved.writable) return;
    this.#save.disabled = true;
    const source = this.#area.value;
    try {
      this.#saved = { ...this.#saved, source, etag: await save(this.#name, source, this.#saved.etag) };
      drafts.delete(this.#name);
      show(this.#notice);
      announce(t("prompts.saved_now"));
      this.#moved();
    } catch (problem) {
      this.#refused(problem);
    }
    this.#label();
  }

  #refused(problem) {
    const again =
      problem.status === 412 &&
      element("button", { class: "button small", type: "button", text: t("prompts.load_theirs"), on: { click: () => this.#takeTheirs() } });
    show(this.#notice, element("div", { class: "notice bad line", role: "alert" }, element("span", { text: problem.message || t("shell.no_answer") }), again));
    if (problem.status === 422) this.#check();
  }

  async #takeTheirs() {
    if (!(await ask({ title: t("prompts.load_theirs"), detail: t("prompts.discard_detail"), agree: t("prompts.discard"), danger: true }))) return;
    drafts.delete(this.#name);
    await this.load();
  }

  async #remove() {
    const title = t("prompts.retire_title", { name: this.#title.textContent });
    if (!(await ask({ title, detail: t("prompts.retire_detail"), agree: t("prompts.retire"), danger: true }))) return;
    try {
      await retire(this.#name, this.#saved.etag);
    } catch (problem) {
      const errors = (problem.more?.errors ?? []).map(({ at, what }) => `${at} ${what}`);
      show(this.#notice, element("div", { class: "notice bad", role: "alert" }, [problem.message || t("shell.no_answer"), ...errors].map((text) => element("p", { text }))));
      return;
    }
    drafts.delete(this.#name);
    announce(t("prompts.retired"));
    location.hash = "#/prompts";
  }

  async #discard() {
    if (!(await ask({ title: t("prompts.discard_title"), detail: t("prompts.discard_detail"), agree: t("prompts.discard"), danger: true }))) return;
    drafts.delete(this.#name);
    await this.load();
  }
}
