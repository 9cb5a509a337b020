// Asking for the name of a new kind, which becomes the name of its file.

import { element } from "../../dom.js";
import { t } from "../../texts.js";

export function newKind(taken) {
  const input = element("input", { class: "input", name: "name", required: true, pattern: "[a-z][a-z0-9_]*", maxlength: "40", autocomplete: "off", spellcheck: "false", "aria-describedby": "name-hint" });
  const form = element(
    "form",
    { class: "stack", method: "dialog", on: { submit: submitted } },
    element("h2", { id: "new-kind", text: t("prompts.new_kind") }),
    element("label", { class: "above" }, t("prompts.new_name"), input),
    element("p", { id: "name-hint", class: "small muted", text: t("prompts.new_hint") }),
    element(
      "div",
      { class: "line" },
      element("button", { class: "button push", type: "button", text: t("shell.leave_it"), on: { click: () => dialog.close() } }),
      element("button", { class: "button first", type: "submit", text: t("prompts.write_it") }),
    ),
  );
  const dialog = element("dialog", { "aria-labelledby": "new-kind", on: { close: () => dialog.remove() } }, form);
  input.addEventListener("input", () => input.setCustomValidity(taken.includes(input.value) ? t("prompts.name_taken") : ""));

  function submitted() {
    location.hash = `#/prompts/${input.value}`;
  }

  document.body.append(dialog);
  dialog.showModal();
  input.focus();
}
