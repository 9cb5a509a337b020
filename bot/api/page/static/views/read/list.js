// The list: what is being sent and read, and what was read earlier.

import { announce } from "../../announce.js";
import { ask } from "../../ask.js";
import { element, show } from "../../dom.js";
import { t } from "../../texts.js";
import { deleteDocument, listed, prompts } from "./api.js";
import { EntryRow } from "./entry_row.js";
import { intake } from "./intake.js";
import { Followed } from "./live.js";
import { isOpen } from "./progress.js";
import { selectionBar } from "./selection.js";
import { Uploads } from "./uploads.js";

const STATES = ["queued", "reading", "done", "failed"];
const A_PAGE = 50;

export async function openList(place, { session }) {
  const list = new DocumentList(session);
  const files = intake((taken, options) => list.uploads.add(taken, options));
  show(place, element("h1", { class: "unseen", text: t("read.title") }), files.node, list.node);
  const warn = (event) => list.uploads.open > 0 && event.preventDefault();
  addEventListener("beforeunload", warn);
  const ticking = setInterval(() => list.tick(), 1000);
  await list.load();
  return () => {
    removeEventListener("beforeunload", warn);
    clearInterval(ticking);
    files.close();
    list.close();
  };
}

class DocumentList {
  #rows = []; // the newest first
  #byKey = new Map(); // uploads that have no id yet, by their keys, and documents by their ids
  #next = null;
  #body = element("tbody");
  #empty = element("p", { class: "empty muted", text: t("read.nothing"), hidden: true });
  #more = element("button", { class: "button", type: "button", text: t("read.earlier"), hidden: true, on: { click: () => this.#earlier() } });
  #all = element("input", { type: "checkbox", "aria-label": t("read.pick_all"), on: { change: () => this.#pickAll() } });

  constructor(session) {
    this.session = session;
    this.uploads = new Uploads((upload) => this.#upload(upload));
    this.followed = this.#follow();
    this.selection = selectionBar({ remove: () => this.#deletePicked(), clear: () => this.#pick(() => false) });
    this.filter = filters(() => this.load());
    const head = ["name", "kind", "state_head", "time"].map((name) => element("th", { scope: "col", text: t(`read.${name}`) }));
    this.node = element(
      "section",
      { class: "panel list", "aria-label": t("read.documents") },
      element("header", { class: "line" }, element("h2", { text: t("read.documents") }), this.filter.node),
      element(
        "table",
        { class: "table entries" },
        element("thead", {}, element("tr", {}, element("th", { class: "entry-box" }, this.#all), head, element("th", {}, element("span", { class: "unseen", text: t("read.delete") })))),
        this.#body,
      ),
      this.#empty,
      element("div", { class: "more" }, this.#more),
      this.selection.node,
    );
  }

  /** Show the newest documents that the filter lets through; what is being sent stays on top. */
  async load() {
    const sending = this.#rows.filter((row) => !row.id);
    this.followed.close();
    this.followed = this.#follow();
    this.#rows = sending;
    this.#byKey = new Map(sending.map((row) => [row.upload.key, row]));
    this.#body.replaceChildren(...sending.map((row) => row.node));
    this.node.setAttribute("aria-busy", "true");
    await this.#fetch("");
    this.node.removeAttribute("aria-busy");
  }

  tick() {
    for (const row of this.#rows) row.tick();
  }

  close() {
    this.followed.close();
  }

  #follow() {
    return new Followed({
      changed: (id, document) => {
        this.#byKey.get(id)?.showDocument(document);
        this.#update();
      },
      gone: (id) => this.#drop(this.#byKey.get(id)),
    });
  }

  async #earlier() {
    this.#more.disabled = true;
    await this.#fetch(this.#next);
    this.#more.disabled = false;
  }

  async #fetch(cursor) {
    try {
      const { items, next } = await listed({ ...this.filter.values(), cursor, limit: A_PAGE });
      this.#next = next;
      for (const document of items) if (!this.#byKey.has(document.id)) this.#append(document);
    } catch (problem) {
      announce(problem.message || t("shell.no_answer"));
    }
    this.#more.hidden = !this.#next;
    this.#update();
  }

  #row() {
    return new EntryRow({ session: this.session, picked: () => this.#update(), remove: (row) => this.#delete([row]) });
  }

  #append(document) {
    const row = this.#row();
    row.showDocument(document);
    this.#rows.push(row);
    this.#body.append(row.node);
    this.#known(row);
  }

  #known(row) {
    this.#byKey.set(row.id, row);
    if (isOpen(row.document.status)) this.followed.add(row.id);
  }

  #upload(upload) {
    let row = this.#byKey.get(upload.key);
    if (!row) {
      row = this.#row();
      this.#byKey.set(upload.key, row);
      this.#rows.unshift(row);
      this.#body.prepend(row.node);
    }
    row.showUpload(upload);
    if (row.id) {
      this.#byKey.delete(upload.key);
      const before = this.#byKey.get(row.id);
      if (before && before !== row) this.#drop(before);
      this.#known(row);
    }
    this.#update();
  }

  #drop(row) {
    if (!row) return;
    this.#rows = this.#rows.filter((one) => one !== row);
    this.#byKey.delete(row.id || row.upload?.key);
    if (row.id) this.followed.remove(row.id);
    row.node.remove();
    this.#update();
  }

  async #delete(rows) {
    const stored = rows.filter((row) => row.id);
    for (const row of rows.filter((one) => !one.id)) this.#drop(row);
    if (stored.length === 0) return;
    const agreed = await ask({
      title: stored.length === 1 ? t("read.delete_asked", { name: stored[0].title }) : t("read.delete_several", { count: stored.length }),
      detail: t("read.delete_detail"),
      agree: t("read.delete"),
      danger: true,
    });
    if (!agreed) return;
    try {
      for (const row of stored) {
        await deleteDocument(row.id);
        this.#drop(row);
      }
      announce(t("read.deleted", { count: stored.length }));
    } catch (problem) {
      announce(problem.message || t("shell.no_answer"));
    }
  }

  #deletePicked() {
    return this.#delete(this.#rows.filter((row) => row.isPicked));
  }

  #pickAll() {
    this.#pick((row) => this.#all.checked && !row.box.disabled);
  }

  #pick(isPicked) {
    for (const row of this.#rows) row.box.checked = isPicked(row);
    this.#update();
  }

  #update() {
    const picked = this.#rows.filter((row) => row.isPicked);
    const pickable = this.#rows.filter((row) => !row.box.disabled);
    this.#all.disabled = pickable.length === 0;
    this.#all.checked = pickable.length > 0 && picked.length === pickable.length;
    this.#all.indeterminate = picked.length > 0 && !this.#all.checked;
    this.#empty.hidden = this.#rows.length > 0;
    this.selection.update(picked.map((row) => row.id));
  }
}

function filters(changed) {
  const any = (text) => element("option", { value: "", text });
  const status = element(
    "select",
    { class: "input", "aria-label": t("read.state_head"), on: { change: changed } },
    any(t("read.any_state")),
    STATES.map((name) => element("option", { value: name, text: t(`read.state.${name}`) })),
  );
  const kind = element("select", { class: "input", "aria-label": t("read.kind"), on: { change: changed } }, any(t("read.all_kinds")));
  prompts().then(
    ({ items }) => kind.append(...items.map(({ name, title }) => element("option", { value: name, text: title }))),
    () => {}, // then it cannot be filtered by kind
  );
  const reference = element("input", {
    class: "input",
    type: "search",
    "aria-label": t("read.reference"),
    placeholder: t("read.reference"),
    on: { change: changed },
  });
  const values = () => ({ status: status.value, kind: kind.value, reference: reference.value.trim() });
  return { node: element("div", { class: "filters push" }, status, kind, reference), values };
}
