// The messages that are kept: who posted what in which chat, and what was read of it.

import { element, show } from "../../dom.js";
import { when } from "../../format.js";
import { t } from "../../texts.js";
import { kinds } from "../read/entry_row.js";
import { isOpen, stateTag } from "../read/progress.js";
import { postings } from "./api.js";

const EVERY_MILLISECONDS = 5000;

export async function openChats(place) {
  const abort = new AbortController();
  const body = element("div", { class: "panel", "aria-live": "off" });
  let timer = 0;
  show(place, element("header", {}, element("h1", { text: t("chats.title") }), element("p", { class: "muted", text: t("chats.what") })), body);
  const load = async () => {
    clearTimeout(timer);
    try {
      draw(body, await postings({ signal: abort.signal }));
    } catch (problem) {
      if (abort.signal.aborted) return;
      show(body, element("p", { class: "notice bad", role: "alert", text: problem.message || t("shell.no_answer") }));
    }
    if (!abort.signal.aborted) timer = setTimeout(() => (document.hidden ? wait() : load()), EVERY_MILLISECONDS);
  };
  const wait = () => document.addEventListener("visibilitychange", load, { once: true, signal: abort.signal });
  await load();
  return () => {
    clearTimeout(timer);
    abort.abort();
  };
}

/** Draw the list; what had the focus keeps it. */
function draw(body, { items, more }) {
  if (items.length === 0) return show(body, element("p", { class: "empty muted", text: t("chats.nothing") }));
  const focused = body.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  const heads = ["files", "person", "state_head", "time"].map((name) => element("th", { scope: "col", text: t(`chats.${name}`) }));
  show(
    body,
    element("table", { class: "table postings" }, element("thead", {}, element("tr", {}, heads)), element("tbody", {}, items.map(row))),
    more > 0 && element("p", { class: "small muted note", text: t("chats.more", { count: more }) }),
  );
  if (focused) body.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
  return null;
}

function row(posting) {
  return element(
    "tr",
    { class: "posting" },
    element("td", {}, element("ul", {}, posting.files.map((file, index) => fileOf(posting, file, index + 1)))),
    element("td", {}, element("span", { text: personOf(posting) }), element("span", { class: "small muted block", text: chatOf(posting) })),
    element("td", {}, stateTag(posting.status)),
    element("td", { class: "number muted" }, when(posting.received_at), element("span", { class: "small block", text: keptOf(posting) })),
  );
}

function fileOf({ id, status }, { name, papers, problem }, number) {
  const title = nameOf(name, number);
  const isReady = papers.length > 0 || problem;
  return element(
    "li",
    { class: "line" },
    isReady || !isOpen(status) ? element("a", { href: `#/chats/${id}/${number}`, text: title }) : element("span", { text: title }),
    kinds(papers).map((kind) => element("span", { class: "tag", text: kind })),
    problem && element("span", { class: "small", text: problem.detail }),
  );
}

export function nameOf(name, number) {
  return name || t("chats.picture", { number });
}

export function personOf({ person }) {
  return person.staff_id && person.name ? t("chats.person_with_id", { name: person.name, id: person.staff_id }) : person.name || person.staff_id || t("chats.nobody");
}

export function chatOf({ conversation }) {
  return t(`chats.chat.${conversation.kind}`, { id: conversation.id });
}

export function keptOf({ keep_until: until }) {
  return until ? t("read.kept_until", { time: when(until) }) : "";
}
