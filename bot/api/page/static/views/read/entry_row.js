// One line of the list: a document, or a file that is still being sent.

import { element, show } from "../../dom.js";
import { size, when } from "../../format.js";
import { icon } from "../../icons.js";
import { t } from "../../texts.js";
import { isOpen, progressBar, progressText, stateTag } from "./progress.js";

/** `session` is who looks; `picked(row)` is called when its box is ticked or not, `remove(row)` to delete it. */
export class EntryRow {
  constructor({ session, picked, remove }) {
    this.session = session;
    this.document = null;
    this.upload = null;
    this.node = element("tr", { class: "entry" });
    this.box = element("input", { type: "checkbox", on: { change: () => picked(this) } });
    this.name = element("td", { class: "entry-name" });
    this.kind = element("td", { class: "entry-kind" });
    this.state = element("td", { class: "entry-state" });
    this.time = element("td", { class: "entry-time muted number" });
    this.delete = element("button", { class: "button small plain icon-only", type: "button", on: { click: () => remove(this) } }, icon("bin"));
    this.node.append(
      element("td", { class: "entry-box" }, this.box),
      this.name,
      this.kind,
      this.state,
      this.time,
      element("td", { class: "entry-delete end" }, this.delete),
    );
  }

  get id() {
    return this.document?.id ?? "";
  }

  get title() {
    return this.document?.file?.name ?? this.upload?.file.name ?? "";
  }

  get isPicked() {
    return this.box.checked;
  }

  showUpload(upload) {
    this.upload = upload;
    if (upload.document) return this.showDocument(upload.document);
    this.box.disabled = true;
    this.#named(element("span", { text: this.title }), size(upload.file.size));
    const failed = upload.state === "unsent";
    const sentence = upload.problem?.message || (upload.problem ? t("shell.no_answer") : "");
    show(
      this.state,
      stateTag(failed ? "unsent" : "sending"),
      sentence && element("p", { class: "small", text: failed ? sentence : t("read.again_soon", { why: sentence }) }),
    );
    this.delete.hidden = !failed;
    this.#label();
    return null;
  }

  /** Show the document, or what is new of it. */
  showDocument(document) {
    this.document = { ...this.document, ...document };
    const { client, status, file, files = 1, papers = [], problem, pages_total: pages } = this.document;
    const link = element("a", { href: `#/read/${this.id}`, text: this.title });
    const others = client && client !== this.session.client && t("read.of_client", { client });
    const parts = [others, file && size(file.bytes), files > 1 && t("read.file_count", { count: files }), pages > 1 && t("read.page_count", { count: pages })];
    this.#named(link, parts.filter(Boolean).join(t("read.join")));
    show(this.kind, kinds(papers).map((title) => element("span", { class: "tag", text: title })));
    show(
      this.state,
      stateTag(status),
      isOpen(status) && [element("p", { class: "small muted number", text: progressText(this.document) }), progressBar(this.document)],
      status === "failed" && problem && element("p", { class: "small", text: problem.detail ?? problem.title }),
    );
    this.time.textContent = when(this.document.finished_at ?? this.document.submitted_at);
    this.box.disabled = status !== "done";
    if (this.box.disabled) this.box.checked = false;
    this.delete.hidden = false;
    this.#label();
    return null;
  }

  /** Say the time that passes. */
  tick() {
    if (this.document && isOpen(this.document.status)) {
      const sentence = this.state.querySelector("p");
      if (sentence) sentence.textContent = progressText(this.document);
    }
  }

  #named(name, detail) {
    show(this.name, name, element("span", { class: "small muted", text: detail }));
  }

  #label() {
    this.box.setAttribute("aria-label", t("read.pick", { name: this.title }));
    this.delete.setAttribute("aria-label", t("read.delete_one", { name: this.title }));
    this.delete.title = t("read.delete");
  }
}

/** The titles of a document's papers, each once. */
export function kinds(papers) {
  return [...new Set(papers.map(({ title, prompt }) => title || prompt))].filter(Boolean);
}
