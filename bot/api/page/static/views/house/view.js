// How the deployment is doing: what needs a look first, then figures, queues, engines, workers, failures, clients.

import { element, show } from "../../dom.js";
import { call } from "../../http.js";
import { t } from "../../texts.js";
import { attention } from "./attention.js";
import { figures } from "./figures.js";
import { panels } from "./panels.js";

const EVERY_MILLISECONDS = 3000;

export async function open(place) {
  const house = new HouseView(place);
  await house.load();
  return () => house.close();
}

class HouseView {
  #abort = new AbortController();
  #timer = 0;
  #paused = false;
  #first = element("section", { class: "first-look", "aria-label": t("house.first_look") });
  #figures = element("section", { class: "figures", "aria-label": t("house.figures") });
  #panels = element("div", { class: "panels" });
  #at = element("span", { class: "small muted number" });
  #pause = element("button", { class: "button small", type: "button", on: { click: () => this.#toggle() } });

  constructor(place) {
    show(
      place,
      element(
        "header",
        { class: "line" },
        element("h1", { text: t("house.title") }),
        element("span", { class: "push" }),
        this.#at,
        this.#pause,
      ),
      this.#first,
      this.#figures,
      this.#panels,
    );
    this.#label();
    document.addEventListener("visibilitychange", this.#seen);
  }

  async load() {
    clearTimeout(this.#timer);
    try {
      this.#draw(await call("GET", "/v1/house", { signal: this.#abort.signal }));
    } catch (problem) {
      if (this.#abort.signal.aborted) return;
      show(this.#first, element("p", { class: "notice bad", text: problem.message || t("shell.no_answer") }));
    }
    if (!this.#abort.signal.aborted && !this.#paused && !document.hidden) {
      this.#timer = setTimeout(() => this.load(), EVERY_MILLISECONDS);
    }
  }

  close() {
    clearTimeout(this.#timer);
    this.#abort.abort();
    document.removeEventListener("visibilitychange", this.#seen);
  }

  #seen = () => !document.hidden && !this.#paused && this.load();

  #toggle() {
    this.#paused = !this.#paused;
    this.#label();
    if (this.#paused) clearTimeout(this.#timer);
    else this.load();
  }

  #label() {
    this.#pause.textContent = t(this.#paused ? "house.go_on" : "house.pause");
  }

  #draw(house) {
    this.#at.textContent = t("house.as_of", { time: new Date(house.at).toLocaleTimeString() });
    show(this.#first, attention(house.attention));
    show(this.#figures, figures(house));
    const scrolled = scrollY;
    show(this.#panels, panels(house));
    if (scrollY !== scrolled) scrollTo(scrollX, scrolled);
  }
}
