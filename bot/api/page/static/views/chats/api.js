// The API's routes that this view uses.

import { call } from "../../http.js";

const CHATS = "/v1/chat-documents";

/** Return `{items, more}`. */
export function postings({ signal }) {
  return call("GET", CHATS, { signal });
}

/** Return file `number`, from 1, of a message. */
export function chatDocument(id, number) {
  return call("GET", `${CHATS}/${encodeURIComponent(id)}?file=${number}`);
}

/** The address of a file as it was posted. */
export function chatFile(id, number) {
  return `${CHATS}/${encodeURIComponent(id)}/files/${number}`;
}
