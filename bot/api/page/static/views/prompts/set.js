// All prompt files with their states, the examples, and the accepted sets.

import { element, show } from "../../dom.js";
import { t } from "../../texts.js";
import { promptSet } from "./api.js";
import { drafts } from "./drafts.js";
import { ExamplesPanel } from "./examples.js";
import { historyPanel } from "./history.js";
import { MatchPanel } from "./match.js";
import { newKind } from "./new_kind.js";

export async function openSet(place) {
  const view = new SetView(place);
  await view.load();
  return () => view.close();
}

class SetView {
  #warning = element("div", { class: "stack" });
  #kinds = element("div");
  #history = element("div");
  #match = new MatchPanel();

  constructor(place) {
    this.#examples = new ExamplesPanel({ changed: () => this.load() });
    show(
      place,
      element("h1", { class: "unseen", text: t("prompts.title") }),
      this.#warning,
      element("div", { class: "set" }, this.#kinds, element("div", { class: "stack" }, this.#match.node, this.#examples.node, this.#history)),
    );
  }

  #examples;

  async load() {
    let set;
    try {
      set = await promptSet();
    } catch (problem) {
      return show(this.#warning, element("p", { class: "notice bad", role: "alert", text: problem.message || t("shell.no_answer") }));
    }
    show(this.#warning, warnings(set));
    show(this.#kinds, kindsPanel(set));
    show(this.#history, historyPanel(set, () => this.load()));
    this.#examples.show(set);
  }

  close() {
    this.#examples.close();
    this.#match.close();
  }
}

function warnings(set) {
  return [
    !set.writable && element("p", { class: "notice doubt", text: t("prompts.read_only") }),
    set.other_problems.map((one) => element("p", { class: "notice bad" }, element("code", { text: `${one.file}${one.line ? `:${one.line}` : ""}` }), ` ${one.key} ${one.what}`)),
  ];
}

const TAGS = { accepted: "good", changed: "accent", new: "", faulty: "bad" };

function kindsPanel(set) {
  const search = element("input", { class: "input", type: "search", placeholder: t("prompts.search"), "aria-label": t("prompts.search") });
  const rows = set.items.map((kind) => [kind, kindRow(kind)]);
  search.addEventListener("input", () => {
    const wanted = search.value.trim().toLowerCase();
    for (const [kind, row] of rows) row.hidden = !`${kind.title} ${kind.name}`.toLowerCase().includes(wanted);
  });
  return element(
    "section",
    { class: "panel kinds", "aria-label": t("prompts.kinds") },
    element(
      "header",
      { class: "line" },
      element("h2", { text: t("prompts.kinds") }),
      element("span", { class: "small muted", text: t("prompts.count", { count: set.items.length }) }),
      element("div", { class: "push line" }, search, set.writable && element("button", { class: "button small", type: "button", text: t("prompts.new_kind"), on: { click: () => newKind(set.items.map((one) => one.name)) } })),
    ),
    element(
      "table",
      { class: "table" },
      element("thead", {}, element("tr", {}, ["kind", "state", "fields", "examples"].map((name) => element("th", { scope: "col", class: name === "fields" || name === "examples" ? "end" : null, text: t(`prompts.head.${name}`) })))),
      element("tbody", {}, rows.map(([, row]) => row)),
    ),
  );
}

function kindRow(kind) {
  const fault = kind.problems[0];
  return element(
    "tr",
    {},
    element(
      "th",
      { scope: "row", class: "kind" },
      element("a", { href: `#/prompts/${encodeURIComponent(kind.name)}`, text: kind.title || kind.name }),
      element("code", { class: "small muted", text: `${kind.name}.toml` }),
      fault && element("span", { class: "small fault", text: `${fault.line ? t("prompts.line", { line: fault.line }) : ""} ${fault.key} ${fault.what}` }),
    ),
    element(
      "td",
      {},
      element("span", { class: `tag ${TAGS[kind.state]}`, text: t(`prompts.state.${kind.state}`) }),
      drafts.has(kind.name) && element("span", { class: "tag doubt", text: t("prompts.unsaved") }),
      kind.state !== "faulty" && !kind.in_use && element("span", { class: "tag doubt", text: t("prompts.held_back") }),
    ),
    element("td", { class: "end number" }, kind.fields ? String(kind.fields) : "—", kind.columns > 0 && element("span", { class: "below muted small", text: t("prompts.columns", { count: kind.columns }) })),
    element("td", { class: "end number" }, kind.examples ? String(kind.examples) : "—"),
  );
}
