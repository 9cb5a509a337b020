// What is wrong with a draft, line by line; and what it would do, if nothing is.

import { element, show } from "../../dom.js";
import { t } from "../../texts.js";

/** Return `{node, show(found), failed(sentence)}`; `goTo(line)` is called for a fault that is clicked. */
export function checkPanel(goTo) {
  const body = element("div", { class: "body stack", id: "faults", "aria-live": "polite" });
  const node = element("section", { class: "panel faults", "aria-label": t("prompts.check") }, body);

  function showFound(found) {
    const faults = [...found.problems, ...found.elsewhere];
    if (faults.length === 0) return show(body, fine(found));
    show(
      body,
      element("p", { class: "line" }, element("span", { class: "tag bad", text: t("prompts.faults", { count: faults.length }) })),
      element("ul", { class: "fault-list" }, found.problems.map((one) => fault(one, goTo)), found.elsewhere.map(elsewhere)),
    );
  }

  return { node, show: showFound, failed: (sentence) => show(body, element("p", { class: "fault", text: sentence })) };
}

function fault(one, goTo) {
  const where = one.line ? t("prompts.line", { line: one.line }) : t("prompts.file");
  const place = one.line
    ? element("button", { class: "link", type: "button", text: where, on: { click: () => goTo(one.line) } })
    : element("span", { class: "muted", text: where });
  return element("li", {}, place, one.key && element("code", { text: one.key }), element("span", { text: one.what }));
}

function elsewhere(one) {
  const name = one.file.replace(/\.toml$/, "");
  return element(
    "li",
    {},
    element("a", { href: `#/prompts/${encodeURIComponent(name)}`, text: one.line ? `${one.file}:${one.line}` : one.file }),
    one.key && element("code", { text: one.key }),
    element("span", { text: one.what }),
  );
}

function fine(found) {
  return [
    element("p", { class: "line" }, element("span", { class: "tag good", text: t("prompts.no_faults") })),
    found.notes.map((note) => element("p", { class: "notice doubt small", text: note })),
    element("details", {}, element("summary", { text: t("prompts.sent") }), element("pre", { class: "sent", text: found.sent })),
  ];
}
