// A text area for TOML with a gutter: numbers of lines, and a mark beside those with a fault.

import { element } from "../../dom.js";

/** A text area and its gutter; `moved` is called when the text or the cursor changes, `saved` for Ctrl+S. */
export class CodeArea {
  #gutter = element("div", { class: "gutter", "aria-hidden": "true" });
  #moved;
  #faulty = new Map(); // line → what is wrong there
  #lines = 0;

  constructor({ label, describedBy, moved, keys }) {
    this.#moved = moved;
    this.text = element("textarea", {
      class: "code-text",
      "aria-label": label,
      "aria-describedby": describedBy,
      "aria-autocomplete": "list",
      spellcheck: "false",
      autocapitalize: "off",
      autocomplete: "off",
      wrap: "off",
      rows: "24",
      on: {
        input: () => this.#changed(),
        scroll: () => (this.#gutter.scrollTop = this.text.scrollTop),
        keydown: keys,
        keyup: (event) => /^(Arrow|Home|End|Page)/.test(event.key) && this.#moved(),
        click: () => this.#moved(),
      },
    });
    this.node = element("div", { class: "code" }, this.#gutter, this.text);
  }

  get value() {
    return this.text.value;
  }

  set value(source) {
    this.text.value = source;
    this.text.setSelectionRange(0, 0);
    this.#drawGutter();
  }

  /** Where the cursor is: its line from 1, and the characters before it in that line. */
  get cursor() {
    const before = this.value.slice(0, this.text.selectionStart);
    const start = before.lastIndexOf("\n") + 1;
    return { line: before.split("\n").length, column: before.length - start };
  }

  /** Mark the lines of these problems. */
  mark(problems) {
    this.#faulty = new Map(problems.filter((one) => one.line > 0).map((one) => [one.line, one.what]));
    this.#lines = 0;
    this.#drawGutter();
  }

  /** Put the cursor into a line, and show it. */
  goTo(line) {
    const lines = this.value.split("\n");
    const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
    this.text.focus();
    this.text.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
    const height = this.text.scrollHeight / Math.max(1, lines.length);
    this.text.scrollTop = Math.max(0, (line - 6) * height);
    this.#moved();
  }

  /** Replace the text of the cursor's line from column `start` to the cursor, so that it can be undone. */
  insert(start, written, back) {
    const at = this.text.selectionStart;
    this.text.focus();
    this.text.setSelectionRange(at - (this.cursor.column - start), at);
    // The only way to write into a text area that its undo knows of.
    if (!document.execCommand("insertText", false, written)) this.text.setRangeText(written, this.text.selectionStart, at, "end");
    const end = this.text.selectionStart - back;
    this.text.setSelectionRange(end, end);
    this.#changed();
  }

  #changed() {
    this.#drawGutter();
    this.#moved();
  }

  #drawGutter() {
    const lines = this.value.split("\n").length;
    if (lines === this.#lines) return;
    this.#lines = lines;
    const numbers = Array.from({ length: lines }, (_, index) => {
      const what = this.#faulty.get(index + 1);
      return element("span", { class: what ? "bad" : null, title: what, text: what ? `● ${index + 1}` : String(index + 1) });
    });
    this.#gutter.replaceChildren(...numbers);
    this.#gutter.scrollTop = this.text.scrollTop;
  }
}
