// Following documents until they are read: the API's events for some, polling for the rest and where events fail.

import { address, documentOf } from "./api.js";
import { isOpen } from "./progress.js";

const MOST_STREAMS = 2; // a browser keeps six connections to a host, which the uploads need too
const POLL_MILLISECONDS = 2500;
const MOST_POLLED = 12; // in one round, the longest unasked first

/** Follow documents; `changed(id, what)` gets what is new of one, `gone(id)` an id that is no longer known. */
export class Followed {
  #changed;
  #gone;
  #streams = new Map();
  #polled = new Map(); // id → when it was asked last
  #timer = 0;
  #abort = new AbortController();

  constructor({ changed, gone }) {
    this.#changed = changed;
    this.#gone = gone;
  }

  add(id) {
    if (this.#streams.has(id) || this.#polled.has(id)) return;
    if (this.#streams.size < MOST_STREAMS) this.#listen(id);
    else this.#poll(id);
  }

  remove(id) {
    this.#streams.get(id)?.close();
    this.#streams.delete(id);
    this.#polled.delete(id);
  }

  close() {
    for (const stream of this.#streams.values()) stream.close();
    this.#streams.clear();
    this.#polled.clear();
    clearTimeout(this.#timer);
    this.#abort.abort();
  }

  #listen(id) {
    const stream = new EventSource(address(id, "events"));
    this.#streams.set(id, stream);
    const told = (read) => (event) => this.#changed(id, read(JSON.parse(event.data)));
    stream.addEventListener("place", told((place) => ({ status: "queued", ...place })));
    stream.addEventListener("pages", told(({ done, total }) => ({ status: "reading", pages_done: done, pages_total: total })));
    stream.addEventListener("gone", () => {
      this.remove(id);
      this.#gone(id);
    });
    stream.addEventListener("done", () => {
      this.remove(id);
      this.#ask(id);
    });
    stream.addEventListener("error", () => {
      this.remove(id);
      this.#poll(id);
    });
  }

  #poll(id) {
    this.#polled.set(id, 0);
    if (!this.#timer) this.#timer = setTimeout(() => this.#round(), POLL_MILLISECONDS);
  }

  async #round() {
    const due = [...this.#polled].sort((one, other) => one[1] - other[1]).slice(0, MOST_POLLED);
    for (const [id] of due) {
      if (this.#abort.signal.aborted) return;
      if (this.#polled.has(id)) this.#polled.set(id, Date.now());
      await this.#ask(id);
    }
    this.#timer = this.#polled.size > 0 ? setTimeout(() => this.#round(), POLL_MILLISECONDS) : 0;
  }

  async #ask(id) {
    try {
      const document = await documentOf(id, { signal: this.#abort.signal });
      if (!isOpen(document.status)) this.remove(id);
      this.#changed(id, document);
    } catch (problem) {
      if (problem.name === "AbortError") return;
      if (problem.status === 404) {
        this.remove(id);
        this.#gone(id);
      } else if (!this.#polled.has(id)) {
        this.#poll(id);
      }
    }
  }
}
