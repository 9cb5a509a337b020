// The views, in the order of the bar. A view NAME has its sentences in texts/LANGUAGE/NAME.json, among them `title` for
// the bar. Its module exports `open(place, context)`, which shows it and may return a function to be called when it is
// left. `context`: `session` (client, role, demo, who), `path` (what follows the view's name in the address).

export const VIEWS = [
  { name: "read", role: "reader", load: () => import("./read/view.js") },
  { name: "chats", role: "admin", load: () => import("./chats/view.js") },
  { name: "prompts", role: "admin", load: () => import("./prompts/view.js") },
  { name: "house", role: "admin", load: () => import("./house/view.js") },
];
