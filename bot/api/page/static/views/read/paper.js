// What was read of one paper: warnings, fields, rows, codes, text.

import { element } from "../../dom.js";
import { when } from "../../format.js";
import { icon } from "../../icons.js";
import { t } from "../../texts.js";
import { FieldLine } from "./field_line.js";
import { rowsTable } from "./rows_table.js";

/**
 * Return `{node, marks, point, choose}` for the paper of this index. `marks` are the boxes of its values; `point(mark)`
 * lights the field of a box (null: none), `choose(mark)` goes to it. `pointed` is called with the mark of the field that
 * is pointed at or has the focus, null for none. Where the document `isFixed`, nothing can be corrected.
 */
export function paperPanel(document, index, { pointed }) {
  const paper = document.papers[index];
  const found = paper.fields.filter((field) => field.value || field.correction);
  const missing = paper.fields.filter((field) => !found.includes(field));
  const lines = new Map();
  const place = { document, paper: index + 1, pointed };
  const lineOf = (field) => {
    const line = new FieldLine(field, { ...place, mark: markOf(field) });
    lines.set(field.key, line);
    return line.node;
  };
  const table = rowsTable(paper.rows ?? [], { ...place, markOf: cellMark });
  const node = element(
    "div",
    { id: "paper", class: "stack", role: document.papers.length > 1 ? "tabpanel" : null, "aria-labelledby": document.papers.length > 1 ? `paper-${index}` : null },
    remarks(paper),
    found.length > 0 &&
      element("section", { class: "panel" }, element("header", {}, element("h2", { text: t("read.fields_found") })), element("ul", { class: "fields" }, found.map(lineOf))),
    table.node,
    missing.length > 0 &&
      element(
        "details",
        { class: "panel missing" },
        element("summary", { text: t("read.fields_missing", { count: missing.length }) }),
        element("ul", { class: "fields" }, missing.map(lineOf)),
      ),
    facts(paper),
    paper.text && element("details", { class: "panel text" }, element("summary", { text: t("read.text") }), element("pre", { text: paper.text, tabindex: "0" })),
  );
  const all = [...lines.values(), ...table.cells];
  const of = (mark) => all.find((one) => one.mark.key === mark?.key);
  return {
    node,
    marks: all.map((one) => one.mark),
    point(mark) {
      for (const one of all) one.light(one.mark.key === mark?.key);
    },
    choose: (mark) => of(mark)?.focus(),
  };
}

function markOf(field) {
  return { key: field.key, name: field.name, value: field.value, page: field.page, box: field.box, status: field.status };
}

function cellMark(cell, row) {
  return { ...markOf(cell), key: `${row} ${cell.key}` };
}

/** Warnings as sentences, and whether the same paper was seen before. */
function remarks(paper) {
  const sentences = [...(paper.warnings ?? [])];
  if (paper.same_as) sentences.push(sameAs(paper.same_as));
  if (paper.signature?.state === "changed") sentences.push(t("read.signature_changed"));
  if (paper.pages_left > 0) sentences.push(t("read.pages_left", { count: paper.pages_left }));
  if (sentences.length === 0) return null;
  return element("ul", { class: "notice doubt remarks" }, sentences.map((text) => element("li", {}, icon("warning"), text)));
}

function sameAs({ at, match }) {
  return t(`read.same.${match}`, { time: when(at) });
}

/** What else is known: codes, signers, what made the text. */
function facts(paper) {
  const lines = [];
  for (const code of paper.codes ?? []) lines.push([t("read.code"), code]);
  if (paper.signature?.state === "intact") {
    const signers = (paper.signature.signers ?? []).join(t("read.join"));
    lines.push([t("read.signature"), signers ? t("read.signed_by", { signers }) : t("read.signature_intact")]);
  }
  if (paper.output_of) lines.push([t("read.made_by"), paper.output_of]);
  if (lines.length === 0) return null;
  return element("dl", { class: "facts small" }, lines.map(([name, value]) => element("div", {}, element("dt", { class: "muted", text: name }), element("dd", { text: value }))));
}
