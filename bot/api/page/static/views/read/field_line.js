// One field: its name, its value, how sure it is, and a place to correct it.

import { element, show } from "../../dom.js";
import { when } from "../../format.js";
import { icon } from "../../icons.js";
import { t } from "../../texts.js";
import { cutOut } from "./api.js";
import { corrector } from "./correcting.js";

const SIGNS = { checked: "check", doubtful: "warning", corrected: "pencil" };
const TAGS = { checked: "tag good", doubtful: "tag doubt", unchecked: "tag", missing: "tag" };

export class FieldLine {
  #field;
  #place;

  constructor(field, place) {
    this.#field = field;
    this.#place = place;
    this.mark = place.mark;
    const over = (mark) => () => {
      this.light(Boolean(mark));
      place.pointed(mark);
    };
    this.node = element("li", {
      class: "field",
      data: { key: field.key },
      on: { pointerenter: over(this.mark), pointerleave: over(null), focusin: over(this.mark), focusout: over(null) },
    });
    this.#draw();
  }

  light(isPointed) {
    this.node.classList.toggle("pointed", isPointed);
    if (isPointed && !this.node.matches(":hover, :focus-within")) this.node.scrollIntoView({ block: "nearest" });
  }

  focus() {
    const missing = this.node.closest("details");
    if (missing) missing.open = true;
    this.node.querySelector("button")?.focus();
  }

  #draw() {
    const field = this.#field;
    const { correction } = field;
    const status = correction ? "corrected" : field.status;
    const value = correction ? correction.after : field.value;
    const button = !this.#place.document.isFixed && element("button", {
      class: "button small plain",
      type: "button",
      "aria-label": t("read.correct_this", { name: field.name }),
      on: { click: () => this.#correct() },
    }, icon("pencil"), element("span", { class: "label", text: t("read.correct") }));
    show(
      this.node,
      element("span", { class: "field-name muted", text: field.name }),
      element(
        "div",
        { class: "field-value" },
        element("span", { class: "value", text: value || t("read.no_value") }),
        statusTag(status, field),
        button,
      ),
      field.status === "doubtful" && !correction && this.#doubt(),
      !correction && failed(field),
      correction && corrected(correction),
    );
  }

  /** Why the value is doubtful, and the place on the picture, enlarged. */
  #doubt() {
    const { document, paper } = this.#place;
    const image =
      this.#field.box &&
      !document.isFixed &&
      element("img", { class: "cut-out", loading: "lazy", src: cutOut(document, paper, this.#field.key), alt: t("read.cut_out", { name: this.#field.name }) });
    const doubts = this.#field.doubts ?? [];
    return element("div", { class: "doubt small" }, image, doubts.map((text) => element("p", { text })));
  }

  #correct() {
    const field = this.#field;
    corrector(this.node.querySelector(".field-value"), {
      ...this.#place,
      name: field.name,
      field: field.key,
      value: field.correction?.after ?? field.value,
      done: (correction) => {
        if (correction) this.#field = { ...field, correction };
        this.#draw();
        this.focus();
      },
    });
  }
}

export function statusTag(status, field = {}) {
  const checks = (field.checks?.passed ?? []).map(checkName).join(t("read.join"));
  const sign = SIGNS[status] && icon(SIGNS[status]);
  return element("span", { class: TAGS[status] ?? "tag accent", title: checks || null }, sign, t(`read.status.${status}`));
}

/** The checks that failed, where the doubts do not say it already. */
function failed(field) {
  const names = (field.checks?.failed ?? []).map(checkName);
  if (names.length === 0 || (field.doubts ?? []).length > 0) return null;
  return element("p", { class: "doubt small", text: t("read.checks_failed", { names: names.join(t("read.join")) }) });
}

function checkName(check) {
  return typeof check === "string" ? check : (check.text ?? check.title ?? check.name);
}

function corrected({ before, by, at }) {
  const was = before ? t("read.was", { before }) : t("read.was_empty");
  return element("p", { class: "corrected small muted", text: [was, t("read.corrected_by", { by, time: when(at) })].join(t("read.join")) });
}
