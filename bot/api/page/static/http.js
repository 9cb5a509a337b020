// Calls to the API of the same origin. What is refused is thrown as a Problem with the API's own sentences.

import { language } from "./texts.js";

/** A refusal of the API (RFC 9457), or that no answer came: then `status` is 0. */
export class Problem extends Error {
  constructor(status, { title = "", detail = "", ...more } = {}, retryAfter = 0) {
    super(detail || title);
    this.status = status;
    this.title = title;
    this.detail = detail;
    this.more = more;
    this.retryAfter = retryAfter; // seconds, 0 where the server names none
  }
}

/** Return the answer's JSON, null if it has none. `json` is sent as JSON, `body` as it is. Throws `Problem`. */
export async function call(method, path, options = {}) {
  const response = await answered(method, path, options);
  if (response.status === 204) return null; // it may have a type all the same
  const type = response.headers.get("Content-Type") ?? "";
  return type.includes("json") ? response.json() : null;
}

/** Return the answer itself, for a download. Throws `Problem`. */
export async function answered(method, path, { json, body, headers = {}, signal } = {}) {
  const sent = { "Accept-Language": language(), ...headers };
  if (json !== undefined) sent["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(path, {
      method,
      body: json === undefined ? body : JSON.stringify(json),
      headers: sent,
      signal,
      credentials: "same-origin",
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(0);
  }
  if (response.ok) return response;
  const wait = Number(response.headers.get("Retry-After")) || 0;
  const problem = new Problem(response.status, await problemOf(response), wait);
  if (response.status === 401) document.dispatchEvent(new CustomEvent("signed-out", { detail: problem }));
  throw problem;
}

async function problemOf(response) {
  try {
    return await response.json();
  } catch {
    return {};
  }
}
