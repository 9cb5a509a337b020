// Where files come in: dropped anywhere on the page, chosen, or pasted; and how they are to be read.

import { element } from "../../dom.js";
import { icon } from "../../icons.js";
import { t } from "../../texts.js";
import { prompts } from "./api.js";

/** Return `{node, close}`; `taken(files, options)` is called with what came in. */
export function intake(taken) {
  const options = readingOptions();
  const take = (files) => files.length > 0 && taken(files, options.values());
  const chooser = element("input", {
    type: "file",
    id: "chooser",
    class: "unseen",
    multiple: true,
    tabindex: "-1",
    "aria-label": t("read.choose"),
    on: {
      change: () => {
        take([...chooser.files]);
        chooser.value = "";
      },
    },
  });
  const node = element(
    "section",
    { class: "panel intake", "aria-label": t("read.intake") },
    element(
      "div",
      { class: "drop" },
      element("p", { class: "drop-title", text: t("read.drop") }),
      element("p", { class: "small muted", text: t("read.drop_hint") }),
      element("button", { class: "button first", type: "button", on: { click: () => chooser.click() } }, icon("upload"), t("read.choose")),
      chooser,
    ),
    options.node,
  );
  return { node, close: listen(node, take) };
}

function listen(node, take) {
  let depth = 0; // of the elements that a dragged file has entered
  const carries = (event) => event.dataTransfer?.types.includes("Files");
  const mark = () => node.classList.toggle("over", depth > 0);
  const listeners = {
    dragenter: (event) => {
      if (!carries(event)) return;
      depth += 1;
      mark();
    },
    dragleave: (event) => {
      if (!carries(event)) return;
      depth = Math.max(0, depth - 1);
      mark();
    },
    dragover: (event) => carries(event) && event.preventDefault(),
    drop: (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      depth = 0;
      mark();
      take([...event.dataTransfer.files]);
    },
    paste: (event) => take([...(event.clipboardData?.files ?? [])].map(pastedName)),
  };
  for (const [name, listener] of Object.entries(listeners)) window.addEventListener(name, listener);
  return () => {
    for (const [name, listener] of Object.entries(listeners)) window.removeEventListener(name, listener);
  };
}

/** Browsers call each pasted picture image.png: name it by its time, so that two can be told apart. */
function pastedName(file) {
  if (!/^image\.\w+$/.test(file.name)) return file;
  const time = new Date().toTimeString().slice(0, 8).replaceAll(":", "-");
  return new File([file], `${t("read.screenshot")} ${time}.${file.name.split(".").pop()}`, { type: file.type });
}

function readingOptions() {
  const prompt = element("select", { class: "input", id: "prompt" }, element("option", { value: "", text: t("read.any_kind") }));
  const fields = element("input", { class: "input", id: "fields", autocomplete: "off", placeholder: t("read.fields_example") });
  const pages = element("input", { class: "input", id: "pages", autocomplete: "off", placeholder: "1-3", pattern: "[0-9]+(-[0-9]+)?" });
  const reference = element("input", { class: "input", id: "reference", autocomplete: "off", maxlength: "200" });
  prompts().then(
    ({ items }) => prompt.append(...items.map(({ name, title }) => element("option", { value: name, text: title }))),
    () => {}, // the page decides then, as it does by default
  );
  const labelled = (name, input) => element("label", { class: "above", for: input.id }, t(`read.${name}`), input);
  const node = element(
    "details",
    { class: "options" },
    element("summary", { text: t("read.options") }),
    element(
      "div",
      { class: "options-body" },
      labelled("kind", prompt),
      labelled("fields", fields),
      labelled("pages", pages),
      labelled("reference", reference),
    ),
  );
  const values = () => ({
    prompt: prompt.value,
    fields: fields.value.trim().split(/[,，、;；\s]+/).filter(Boolean).join(","),
    pages: pages.value.trim(),
    reference: reference.value.trim(),
  });
  return { node, values };
}
