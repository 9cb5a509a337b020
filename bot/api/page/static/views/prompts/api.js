// What the view asks of the API.

import { answered, call } from "../../http.js";

const of = (name, rest) => `/v1/prompts/${encodeURIComponent(name)}/${rest}`;

export function promptSet(options) {
  return call("GET", "/v1/prompt-set", options);
}

export function sourceOf(name) {
  return call("GET", of(name, "source"));
}

export function check(name, json, signal) {
  return call("POST", of(name, "check"), { json, signal });
}

/** Save a file whose ETag was `etag`, "" for one that is to be new; return the new ETag. */
export async function save(name, source, etag) {
  const headers = etag ? { "If-Match": `"${etag}"` } : { "If-None-Match": "*" };
  return (await call("PUT", of(name, "source"), { json: { source }, headers })).etag;
}

/** Remove a file whose ETag is this. */
export function retire(name, etag) {
  return call("DELETE", of(name, "source"), { headers: { "If-Match": `"${etag}"` } });
}

export async function beginMatch(file) {
  const body = new FormData();
  body.append("file", file);
  return (await (await answered("POST", "/v1/prompt-set/match", { body })).json()).id;
}

export function match(id, signal) {
  return call("GET", `/v1/prompt-set/match/${encodeURIComponent(id)}`, { signal });
}

export async function beginTrial(name, { file, source, input }) {
  const body = new FormData();
  body.append("source", source);
  body.append("input", input);
  body.append("file", file);
  const response = await answered("POST", of(name, "trials"), { body });
  return (await response.json()).id;
}

export function trial(name, id, signal) {
  return call("GET", of(name, `trials/${encodeURIComponent(id)}`), { signal });
}

export function beginRun(prompt) {
  return call("POST", "/v1/prompt-set/examples", { json: { prompt } });
}

export function run(id, signal) {
  return call("GET", `/v1/prompt-set/examples/${encodeURIComponent(id)}`, { signal });
}

export function accept(run_) {
  return call("POST", "/v1/prompt-set/accept", { json: { run: run_ } });
}

export function rollBack(id) {
  return call("POST", "/v1/prompt-set/roll-back", { json: { id } });
}
