// What may stand at the cursor, as a list box: entered with Ctrl+Space or Alt+↓, or clicked.

import { element, show } from "../../dom.js";
import { t } from "../../texts.js";

const MOST = 60;

/** The list beside a text area; `chosen(item, start)` is called with what is to be written. */
export class CompletionList {
  #area;
  #chosen;
  #found = { start: 0, items: [] };
  #active = -1;
  #list = element("ul", {
    class: "options-list",
    role: "listbox",
    id: "completions",
    tabindex: "0",
    "aria-label": t("prompts.completions"),
    on: { focus: () => this.#choose(Math.max(0, this.#active)), blur: () => this.#choose(-1), keydown: (event) => this.took(event) && event.preventDefault() },
  });
  #empty = element("p", { class: "small muted", text: t("prompts.no_completions") });

  constructor({ chosen }) {
    this.#chosen = chosen;
    this.node = element(
      "section",
      { class: "panel completions", "aria-label": t("prompts.completions") },
      element("header", {}, element("h2", { text: t("prompts.completions") }), element("p", { class: "small muted", id: "completion-keys", text: t("prompts.completion_keys") })),
      element("div", { class: "body" }, this.#empty, this.#list),
    );
  }

  /** The text area that the list belongs to. */
  belongTo(area) {
    this.#area = area;
    area.setAttribute("aria-controls", "completions");
  }

  show(found) {
    this.#found = found ?? { start: 0, items: [] };
    this.#active = -1;
    this.#area.removeAttribute("aria-activedescendant");
    const items = this.#found.items.slice(0, MOST);
    this.#empty.hidden = items.length > 0;
    this.#list.hidden = items.length === 0;
    show(this.#list, items.map((item, index) => this.#option(item, index)));
  }

  /** Take a key of the text area; return whether it was for the list. */
  took(event) {
    const opens = (event.ctrlKey && event.code === "Space") || (event.altKey && event.key === "ArrowDown");
    if (this.#active < 0) {
      if (opens && this.#found.items.length > 0) this.#choose(0);
      return opens;
    }
    const last = Math.min(MOST, this.#found.items.length) - 1;
    if (event.key === "ArrowDown") this.#choose(Math.min(last, this.#active + 1));
    else if (event.key === "ArrowUp") this.#choose(Math.max(0, this.#active - 1));
    else if (event.key === "Enter") this.#take(this.#active);
    else if (event.key === "Escape") this.#choose(-1);
    else return false;
    return true;
  }

  #option(item, index) {
    return element(
      "li",
      {
        role: "option",
        id: `completion-${index}`,
        "aria-selected": "false",
        on: { pointerdown: (event) => event.preventDefault(), click: () => this.#take(index) },
      },
      element("code", { text: item.label }),
      item.detail && element("span", { class: "small muted", text: item.detail }),
    );
  }

  #choose(index) {
    this.#list.children[this.#active]?.setAttribute("aria-selected", "false");
    this.#active = index;
    const option = this.#list.children[index];
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    for (const owner of [this.#area, this.#list]) {
      if (option) owner.setAttribute("aria-activedescendant", option.id);
      else owner.removeAttribute("aria-activedescendant");
    }
  }

  #take(index) {
    const item = this.#found.items[index];
    const start = this.#found.start;
    this.#choose(-1);
    if (item) this.#chosen(item, start);
  }
}
