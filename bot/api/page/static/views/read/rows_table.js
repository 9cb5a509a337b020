// The rows of a paper as a table. One cell has the focus at a time; arrow keys move it, Enter corrects its value.

import { element, show } from "../../dom.js";
import { when } from "../../format.js";
import { icon } from "../../icons.js";
import { t } from "../../texts.js";
import { cutOut } from "./api.js";
import { corrector } from "./correcting.js";

/** Return `{node, cells}`; a cell has `mark`, `light(isPointed)` and `focus()`. */
export function rowsTable(rows, place) {
  if (rows.length === 0) return { node: null, cells: [] };
  const grid = rows.map((row, index) => row.map((cell, column) => new Cell(cell, { ...place, row: index + 1, mark: place.markOf(cell, index + 1), column })));
  grid[0][0]?.node.setAttribute("tabindex", "0");
  const body = element("tbody", { on: { keydown: (event) => move(event, grid), focusin: (event) => only(event.target, grid) } }, grid.map((cells) => element("tr", {}, cells.map((cell) => cell.node))));
  const head = element("tr", {}, rows[0].map((cell) => element("th", { scope: "col", text: cell.name })));
  const node = element(
    "section",
    { class: "panel rows" },
    element("header", {}, element("h2", { text: t("read.rows", { count: rows.length }) }), !place.document.isFixed && element("p", { class: "small muted", text: t("read.rows_keys") })),
    element("div", { class: "wide" }, element("table", { class: "table", "aria-label": t("read.rows", { count: rows.length }) }, element("thead", {}, head), body)),
  );
  return { node, cells: grid.flat() };
}

class Cell {
  #cell;
  #place;

  constructor(cell, place) {
    this.#cell = cell;
    this.#place = place;
    this.mark = place.mark;
    const over = (mark) => () => place.pointed(mark);
    this.node = element("td", {
      tabindex: "-1",
      on: {
        pointerenter: over(this.mark),
        pointerleave: over(null),
        focusin: over(this.mark),
        focusout: over(null),
        dblclick: () => this.correct(),
      },
    });
    this.#draw();
  }

  light(isPointed) {
    this.node.classList.toggle("pointed", isPointed);
  }

  focus() {
    this.node.focus();
  }

  correct() {
    const cell = this.#cell;
    if (this.#place.document.isFixed || this.node.querySelector("form")) return;
    corrector(this.node, {
      ...this.#place,
      name: cell.name,
      field: cell.key,
      value: cell.correction?.after ?? cell.value,
      done: (correction) => {
        if (correction) this.#cell = { ...cell, correction };
        this.#draw();
        this.focus();
      },
    });
  }

  /** The place of a value on the picture, enlarged. */
  #cutOut() {
    const { document, paper, row } = this.#place;
    const { box, key, name } = this.#cell;
    if (!box || document.isFixed) return null;
    return element("img", { class: "cut-out", loading: "lazy", src: cutOut(document, paper, key, row), alt: t("read.cut_out", { name }) });
  }

  #draw() {
    const { value, status, correction, doubts = [] } = this.#cell;
    const isDoubtful = status === "doubtful" && !correction;
    this.node.classList.toggle("doubtful", isDoubtful);
    show(
      this.node,
      element("span", { text: correction ? correction.after : value }),
      isDoubtful && element("span", { class: "sign doubt", role: "img", "aria-label": t("read.status.doubtful"), title: doubts.join(" ") }, icon("warning")),
      isDoubtful && this.#cutOut(),
      correction && element("span", { class: "tag accent", title: t("read.corrected_by", { by: correction.by, time: when(correction.at) }), text: t("read.status.corrected") }),
    );
  }
}

function move(event, grid) {
  if (event.target.tagName !== "TD") return;
  const row = grid.findIndex((cells) => cells.some((cell) => cell.node === event.target));
  const column = grid[row].findIndex((cell) => cell.node === event.target);
  if (event.key === "Enter") {
    event.preventDefault();
    grid[row][column].correct();
    return;
  }
  const [down, right] = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] }[event.key] ?? [0, 0];
  const next = grid[row + down]?.[column + right];
  if ((down || right) && next) {
    event.preventDefault();
    next.focus();
  }
}

/** Let Tab reach only the cell that had the focus last. */
function only(target, grid) {
  const cell = target.closest("td");
  for (const one of grid.flat()) one.node.setAttribute("tabindex", one.node === cell ? "0" : "-1");
}
