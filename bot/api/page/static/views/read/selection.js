// What can be done with the documents that are ticked: sums, files, deleting.

import { announce } from "../../announce.js";
import { element, show } from "../../dom.js";
import { t } from "../../texts.js";
import { exported, sums } from "./api.js";
import { statusTag } from "./field_line.js";
import { save } from "./saving.js";

const FORMATS = ["xlsx", "docx", "json"];

/** Return `{node, update(ids)}`; `remove()` deletes what is ticked, `clear()` unticks it. */
export function selectionBar({ remove, clear }) {
  let ids = [];
  const count = element("strong", { class: "number" });
  const result = element("div", { class: "sums", role: "status" });
  const button = (text, click, style = "button small") => element("button", { class: style, type: "button", text, on: { click } });
  const node = element(
    "section",
    { class: "selection panel", hidden: true, "aria-label": t("read.selection") },
    element(
      "div",
      { class: "line" },
      count,
      button(t("read.sums"), () => showSums(ids, result)),
      FORMATS.map((format) => button(t("read.export", { format }), () => download(ids, format))),
      button(t("read.delete"), remove, "button small danger"),
      button(t("read.clear"), clear, "button small plain push"),
    ),
    result,
  );
  const update = (now) => {
    if (now.length === ids.length && now.every((id, index) => id === ids[index])) return;
    ids = now;
    node.hidden = ids.length === 0;
    count.textContent = t("read.picked", { count: ids.length });
    show(result);
  };
  return { node, update };
}

async function showSums(ids, place) {
  try {
    const answer = await sums(ids);
    show(place, sumOf(answer.sum));
  } catch (problem) {
    show(place, element("p", { class: "notice bad", text: problem.message || t("shell.no_answer") }));
  }
}

function sumOf(sum) {
  if (!sum) return element("p", { class: "muted", text: t("read.no_sums") });
  const left = sum.entries.filter((one) => one.left_out);
  const kinds = Object.entries(sum.kinds).map(([title, count]) => `${title} ${count}`).join(t("read.join"));
  return [
    element(
      "p",
      { class: "line" },
      element("strong", { class: "sum number", text: `¥ ${sum.total}` }),
      element("span", { class: "small muted", text: t("read.sum_of", { count: sum.counted, kinds }) }),
      statusTag(sum.status),
    ),
    left.length > 0 && element("ul", { class: "small" }, left.map((one) => element("li", { text: t("read.sum_left_out", { title: one.title, amount: one.amount ?? "", why: one.left_out }) }))),
  ];
}

async function download(ids, format) {
  try {
    await save(await exported(ids, format));
  } catch (problem) {
    announce(problem.message || t("shell.no_answer"));
  }
}
