// Sending files: a few at once, each with a key of its own so that a repetition is no second document.

import { send } from "./api.js";

const AT_ONCE = 3;
const TRIES = 6;
const WAIT_SECONDS = 3; // where the server names none
const LONGEST_WAIT_SECONDS = 60;

/**
 * A line of files to send. `changed(upload)` is called with each step of an upload:
 * `{key, file, state: "sending"|"waiting"|"unsent"|"sent", document, problem}`.
 */
export class Uploads {
  #changed;
  #waiting = [];
  #running = 0;

  constructor(changed) {
    this.#changed = changed;
  }

  add(files, options) {
    const added = [...files].map((file) => ({ key: crypto.randomUUID(), file, options, state: "sending" }));
    for (const upload of added) this.#changed(upload);
    this.#waiting.push(...added);
    while (this.#running < AT_ONCE && this.#waiting.length > 0) this.#run();
  }

  get open() {
    return this.#running + this.#waiting.length;
  }

  async #run() {
    this.#running += 1;
    const upload = this.#waiting.shift();
    await this.#send(upload);
    this.#running -= 1;
    if (this.#waiting.length > 0) this.#run();
  }

  async #send(upload) {
    for (let tries = 1; ; tries += 1) {
      try {
        this.#to(upload, { state: "sending" });
        const document = await send(upload.file, upload);
        return this.#to(upload, { state: "sent", document });
      } catch (problem) {
        const again = [0, 429, 502, 503, 504].includes(problem.status) && tries < TRIES;
        if (!again) return this.#to(upload, { state: "unsent", problem });
        this.#to(upload, { state: "waiting", problem });
        await new Promise((resolve) => setTimeout(resolve, 1000 * seconds(problem)));
      }
    }
  }

  #to(upload, change) {
    Object.assign(upload, change);
    this.#changed(upload);
  }
}

function seconds(problem) {
  return Math.min(problem.retryAfter || WAIT_SECONDS, LONGEST_WAIT_SECONDS);
}
