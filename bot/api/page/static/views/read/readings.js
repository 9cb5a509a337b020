// What was read of a document: its papers, one of which is open.

import { element, show } from "../../dom.js";
import { t } from "../../texts.js";
import { paperPanel } from "./paper.js";

/**
 * Return `{node, point, choose}`. `mark(marks, paper)` is called with the boxes of the paper that is opened, `point(mark)`
 * with that of the field that is pointed at, null for none; what is returned points and chooses the other way.
 */
export function readings(document, { mark, point }) {
  const papers = document.papers ?? [];
  const node = element("div", { class: "readings stack" });
  let panel = null;
  const open = (index) => {
    panel = paperPanel(document, index, { pointed: point });
    show(node, papers.length > 1 && tabs(papers, index, open), panel.node, document.left_over && leftOver(document.left_over));
    mark(panel.marks, papers[index]);
  };
  if (papers.length > 0) open(0);
  return { node, point: (pointed) => panel?.point(pointed), choose: (chosen) => panel?.choose(chosen) };
}

function tabs(papers, opened, open) {
  const choose = (index) => {
    open(index);
    window.document.getElementById(`paper-${index}`)?.focus();
  };
  const move = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    choose((opened + step + papers.length) % papers.length);
  };
  return element(
    "div",
    { class: "papers", role: "tablist", "aria-label": t("read.papers"), on: { keydown: move } },
    papers.map((paper, index) =>
      element("button", {
        class: "button small",
        type: "button",
        role: "tab",
        id: `paper-${index}`,
        "aria-selected": String(index === opened),
        "aria-controls": "paper",
        tabindex: index === opened ? "0" : "-1",
        text: t("read.paper", { number: index + 1, title: paper.title || paper.prompt }),
        on: { click: () => choose(index) },
      }),
    ),
  );
}

function leftOver(text) {
  return element("details", { class: "panel text" }, element("summary", { text: t("read.left_over") }), element("pre", { text }));
}
