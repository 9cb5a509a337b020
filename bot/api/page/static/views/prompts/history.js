// The accepted sets, the latest first, and putting one back.

import { announce } from "../../announce.js";
import { ask } from "../../ask.js";
import { element } from "../../dom.js";
import { when } from "../../format.js";
import { t } from "../../texts.js";
import { rollBack } from "./api.js";

export function historyPanel(set, changed) {
  return element(
    "section",
    { class: "panel history", "aria-label": t("prompts.history") },
    element("header", {}, element("h2", { text: t("prompts.history") })),
    element(
      "div",
      { class: "body stack" },
      element("p", { class: "small", text: standing(set) }),
      set.records.length > 0 && element("ol", { class: "records" }, set.records.map((record) => recordLine(record, set, changed, record === set.records.find((one) => one.in_use)))),
    ),
  );
}

function standing(set) {
  if (set.records.length === 0) return t("prompts.never_accepted");
  return set.changed.length > 0 ? t("prompts.changed_since", { changes: set.changed.join(t("prompts.and")) }) : t("prompts.as_accepted");
}

function recordLine(record, set, changed, isCurrent) {
  const button =
    set.writable &&
    !record.in_use &&
    element("button", {
      class: "button small",
      type: "button",
      text: t("prompts.put_back"),
      "aria-label": t("prompts.put_back_which", { id: record.id }),
      on: { click: () => putBack(record, changed) },
    });
  return element(
    "li",
    {},
    element(
      "div",
      { class: "line" },
      element("strong", { class: "number", text: when(record.at) }),
      element("span", { class: "small", text: t(`prompts.record.${record.kind}`, { id: record.restored }) }),
      isCurrent && element("span", { class: "tag good", text: t("prompts.in_use") }),
      element("span", { class: "push" }),
      button,
    ),
    element(
      "p",
      { class: "small muted" },
      [record.by, record.total > 0 && t("prompts.passed", { right: record.right, count: record.total }), record.changes.join(t("prompts.and"))].filter(Boolean).join(" · "),
    ),
    element("code", { class: "small muted", text: record.id }),
  );
}

async function putBack(record, changed) {
  const agreed = await ask({ title: t("prompts.put_back_title", { time: when(record.at) }), detail: t("prompts.put_back_detail"), agree: t("prompts.put_back") });
  if (!agreed) return;
  try {
    const done = await rollBack(record.id);
    announce(done.saved ? t("prompts.rolled_back_saved", { changes: done.changed.join(t("prompts.and")), saved: done.saved }) : t("prompts.rolled_back", { changes: done.changed.join(t("prompts.and")) }));
    await changed();
  } catch (problem) {
    announce(problem.message || t("shell.no_answer"));
  }
}
