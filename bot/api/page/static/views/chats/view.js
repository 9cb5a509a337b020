// What people posted in chats, while it is kept for them: the list (#/chats), or a message's file (#/chats/ID/NUMBER).

import { openChatDocument } from "./document.js";
import { openChats } from "./list.js";

export function open(place, { path }) {
  return path[0] ? openChatDocument(place, { id: path[0], number: Number(path[1]) || 1 }) : openChats(place);
}
