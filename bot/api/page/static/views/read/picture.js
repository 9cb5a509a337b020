// The pictures of a document's pages with the boxes of its fields on them.

import { drawn, element, show } from "../../dom.js";
import { icon } from "../../icons.js";
import { t } from "../../texts.js";

const ZOOMS = [1, 1.5, 2, 3];

/**
 * Return `{node, mark, point}` for `pages`, each `{page, width, height, quarters, source}`: the picture at the address
 * `source`, turned anticlockwise by so many quarters, none if that lacks, is that page. `name` is the file's, `extra`
 * stands beside the tools, and `failed` is called where the browser cannot show a picture. `mark(marks, paper)` draws
 * the boxes of a paper; a mark is `{key, name, page, box, status}`, pages from 1. `point(mark)` shows one, null none.
 * `pointed` and `chosen` are called with the mark that the mouse is on (or null), and that was clicked.
 */
export function pictures(pages, { name = "", extra = null, failed, pointed, chosen }) {
  if (pages.length === 0) return { node: noPicture(), mark() {}, point() {} };
  const state = { index: 0, zoom: 0, marks: [], paper: null, boxes: new Map() };
  const frame = element("div", { class: "frame", tabindex: "0", role: "group", "aria-label": t("read.picture") });
  const tools = element("div", { class: "tools line" });
  const node = element("section", { class: "panel picture", "aria-label": t("read.picture") }, tools, frame);

  function draw() {
    const page = pages[state.index];
    state.boxes = new Map();
    const image = imageOf(page);
    const here = state.marks.filter((mark) => mark.page === page.page && mark.box);
    const overlay = drawn(
      "svg",
      { class: "boxes", viewBox: `0 0 ${page.width} ${page.height}`, preserveAspectRatio: "none", "aria-hidden": "true" },
      regionOf(state.paper, page),
      here.map((mark) => boxOf(mark)),
    );
    const sheet = element("div", { class: "sheet" }, image, overlay);
    sheet.style.width = `${ZOOMS[state.zoom] * 100}%`;
    show(frame, sheet);
    show(tools, toolButtons());
  }

  function imageOf(page) {
    const { quarters = 0, width, height } = page;
    const [across, down] = quarters % 2 ? [height, width] : [width, height];
    const alt = t("read.page_of", { page: page.page, name });
    const image = element("img", { src: page.source, alt, width: across, height: down, on: { error: () => failed?.() } });
    if (!quarters) return image;
    image.style.width = `${(across / width) * 100}%`;
    image.style.transform = `translate(-50%, -50%) rotate(${-90 * quarters}deg)`;
    const upright = element("div", { class: "turned" }, image);
    upright.style.aspectRatio = `${width} / ${height}`;
    return upright;
  }

  function boxOf(mark) {
    const [left, top, right, bottom] = mark.box;
    const box = drawn(
      "rect",
      {
        class: `box ${mark.status}`,
        x: left,
        y: top,
        width: right - left,
        height: bottom - top,
        data: { key: mark.key },
        on: { pointerenter: () => pointed(mark), pointerleave: () => pointed(null), click: () => chosen(mark) },
      },
      drawn("title", { text: `${mark.name} ${mark.value}` }),
    );
    state.boxes.set(mark.key, box);
    return box;
  }

  function toolButtons() {
    const button = (name, sign, enabled, click) =>
      element("button", { class: "button small plain icon-only", type: "button", disabled: !enabled, "aria-label": t(`read.${name}`), title: t(`read.${name}`), on: { click } }, icon(sign));
    const turn = (step) => () => {
      state.index += step;
      draw();
    };
    const zoom = (step) => () => {
      state.zoom += step;
      draw();
    };
    return [
      pages.length > 1 && [
        button("page_before", "before", state.index > 0, turn(-1)),
        element("span", { class: "small number", role: "status", text: t("read.page_count_of", { page: pages[state.index].page, count: pages.at(-1).page }) }),
        button("page_after", "after", state.index < pages.length - 1, turn(1)),
      ],
      element("span", { class: "push" }),
      button("smaller", "minus", state.zoom > 0, zoom(-1)),
      element("span", { class: "small number muted", text: `${ZOOMS[state.zoom] * 100} %` }),
      button("larger", "plus", state.zoom < ZOOMS.length - 1, zoom(1)),
      extra,
    ];
  }

  function mark(marks, paper) {
    state.marks = marks;
    state.paper = paper;
    const first = marks.find((one) => one.page)?.page ?? paper?.first_page ?? 1;
    state.index = Math.max(0, pages.findIndex((page) => page.page === first));
    draw();
  }

  function point(mark) {
    for (const box of state.boxes.values()) box.classList.remove("pointed");
    if (!mark?.box) return;
    const index = pages.findIndex((page) => page.page === mark.page);
    if (index < 0) return;
    if (index !== state.index) {
      state.index = index;
      draw();
    }
    const box = state.boxes.get(mark.key);
    box?.classList.add("pointed");
    box?.parentNode.append(box); // drawn last, above the others
    if (box) reveal(frame, box);
  }

  draw();
  return { node, mark, point };
}

/** Scroll the frame, and nothing else, so that the box is in it. */
function reveal(frame, box) {
  const inner = box.getBoundingClientRect();
  const outer = frame.getBoundingClientRect();
  const room = 24;
  if (inner.top < outer.top) frame.scrollTop -= outer.top - inner.top + room;
  else if (inner.bottom > outer.bottom) frame.scrollTop += inner.bottom - outer.bottom + room;
  if (inner.left < outer.left) frame.scrollLeft -= outer.left - inner.left + room;
  else if (inner.right > outer.right) frame.scrollLeft += inner.right - outer.right + room;
}

/** The part of a page that a paper takes, where it shares the page with others. */
function regionOf(paper, page) {
  if (!paper?.region || paper.first_page !== page.page) return null;
  const [left, top, right, bottom] = paper.region;
  return drawn("rect", { class: "region", x: left, y: top, width: right - left, height: bottom - top });
}

function noPicture() {
  return element("section", { class: "panel picture none" }, element("p", { class: "muted", text: t("read.no_picture") }));
}
