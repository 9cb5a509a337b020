// The API's routes that this view uses.

import { answered, call } from "../../http.js";

const DOCUMENTS = "/v1/documents";

export function address(id, ...rest) {
  return [`${DOCUMENTS}/${encodeURIComponent(id)}`, ...rest].join("/");
}

/** Return a document; of a batch or an archive the file of this number, from 1. */
export function documentOf(id, { number = 1, signal } = {}) {
  return call("GET", `${address(id)}?file=${number}`, { signal });
}

/** Return `{items, next}`; `filter` has status, kind, reference and cursor, of which empty ones are left out. */
export function listed(filter) {
  const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value));
  return call("GET", `${DOCUMENTS}?${query}`);
}

export function prompts() {
  return call("GET", "/v1/prompts");
}

export function deleteDocument(id) {
  return call("DELETE", address(id));
}

export function correct(id, correction) {
  return call("POST", address(id, "corrections"), { json: correction });
}

export function sums(ids) {
  return call("POST", "/v1/sums", { json: { ids } });
}

/** Return the answer with the file of these documents. */
export function exported(ids, format) {
  return answered("POST", "/v1/exports", { json: { ids, format } });
}

/** Send a file. `options` has prompt, fields, pages and reference; the key makes a repetition the same request. */
export function send(file, { options, key, signal }) {
  const body = new FormData();
  for (const [name, value] of Object.entries(options)) if (value) body.append(name, value);
  body.append("file", file, file.name);
  return call("POST", DOCUMENTS, { body, headers: { "Idempotency-Key": key }, signal });
}

/** The address of a page of the file of this number. */
export function picture({ id, number = 1 }, page) {
  return `${address(id, "pages", `${page}.jpg`)}?file=${number}`;
}

/** The address of the cut-out of a field, or of a cell of `row`; `paper` and `row` count from 1. */
export function cutOut({ id, number = 1 }, paper, key, row) {
  const query = new URLSearchParams({ file: number, paper, ...(row === undefined ? {} : { row }) });
  return `${address(id, "fields", `${encodeURIComponent(key)}.png`)}?${query}`;
}
