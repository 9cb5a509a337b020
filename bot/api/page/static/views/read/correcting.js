// Correcting a value in its place: Enter keeps it, Esc leaves it as it was.

import { announce } from "../../announce.js";
import { element, show } from "../../dom.js";
import { t } from "../../texts.js";
import { correct } from "./api.js";

/** Put an input in `place`; `done` gets the correction, null if the person left it. `row` counts from 1. */
export function corrector(place, { document, paper, row, field, name, value, done }) {
  const wrong = element("p", { class: "small doubt", role: "alert" });
  const input = element("input", {
    class: "input",
    value,
    autocomplete: "off",
    spellcheck: "false",
    "aria-label": t("read.corrected_value", { name }),
    on: {
      keydown: (event) => {
        if (event.isComposing) return; // Enter then chooses among the characters of an input method
        if (event.key === "Escape") {
          event.preventDefault();
          done(null);
        }
      },
    },
  });
  const form = element(
    "form",
    { class: "correcting", on: { submit: keep } },
    input,
    element("button", { class: "button small first", type: "submit", text: t("read.keep") }),
    element("button", { class: "button small plain", type: "button", text: t("shell.leave_it"), on: { click: () => done(null) } }),
    element("p", { class: "small muted hint", text: t("read.keys") }),
    wrong,
  );
  show(place, form);
  input.focus();
  input.select();

  async function keep(event) {
    event.preventDefault();
    const after = input.value.trim();
    if (after === value) return done(null);
    input.disabled = true;
    try {
      const correction = await correct(document.id, { file: document.number ?? 1, paper, field, value: after, ...(row === undefined ? {} : { row }) });
      announce(t("read.corrected", { name }));
      return done(correction);
    } catch (problem) {
      input.disabled = false;
      wrong.textContent = problem.message || t("shell.no_answer");
      input.focus();
      return null;
    }
  }
}
