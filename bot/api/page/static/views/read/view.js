// What has been read: the list of documents (#/read), or one of them (#/read/ID, #/read/ID/NUMBER of several files).

import { openDocument } from "./document.js";
import { openList } from "./list.js";

export function open(place, { session, path }) {
  return path[0] ? openDocument(place, { id: path[0], number: Number(path[1]) || 1, session }) : openList(place, { session });
}
