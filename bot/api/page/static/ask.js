// A question before something that cannot be undone.

import { element } from "./dom.js";
import { t } from "./texts.js";

/** Ask, and return whether the person agreed. `agree` names what happens then, as on the button that asked. */
export function ask({ title, detail, agree, danger = false }) {
  return new Promise((resolve) => {
    const heading = element("h2", { id: "question", text: title });
    const close = (answer) => () => dialog.close(answer);
    const dialog = element(
      "dialog",
      { "aria-labelledby": "question", on: { close: ended } },
      element(
        "div",
        { class: "stack" },
        heading,
        element("p", { text: detail }),
        element(
          "div",
          { class: "line" },
          element("button", {
            class: "button push",
            type: "button",
            autofocus: true,
            text: t("shell.leave_it"),
            on: { click: close("") },
          }),
          element("button", {
            class: danger ? "button danger" : "button first",
            type: "button",
            text: agree,
            on: { click: close("agreed") },
          }),
        ),
      ),
    );

    function ended() {
      dialog.remove();
      resolve(dialog.returnValue === "agreed");
    }

    document.body.append(dialog);
    dialog.showModal();
  });
}
