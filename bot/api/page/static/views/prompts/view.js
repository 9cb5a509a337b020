// The prompts: all of them with their states (#/prompts), or one in the editor (#/prompts/NAME).

import { openEditor } from "./editor.js";
import { openSet } from "./set.js";

export function open(place, { path }) {
  return path[0] ? openEditor(place, { name: path[0] }) : openSet(place);
}
