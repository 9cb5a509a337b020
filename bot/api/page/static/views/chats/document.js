// One file from a chat: as it was posted, upright and with boxes, on the left, and what was read of it. Nothing is
// corrected here: it is the sender's, who corrects it in the chat.

import { element, show } from "../../dom.js";
import { when } from "../../format.js";
import { t } from "../../texts.js";
import { pictures } from "../read/picture.js";
import { isOpen, stateTag } from "../read/progress.js";
import { readings } from "../read/readings.js";
import { chatDocument, chatFile } from "./api.js";
import { chatOf, keptOf, nameOf, personOf } from "./list.js";

export async function openChatDocument(place, { id, number }) {
  const head = element("header", { class: "document-head" });
  const body = element("div", { class: "document" });
  show(place, element("nav", { "aria-label": t("chats.back") }, element("a", { class: "back", href: "#/chats", text: `← ${t("chats.back")}` })), head, body);
  try {
    const document = await chatDocument(id, number);
    show(head, heading(document));
    show(body, reading(document));
  } catch (problem) {
    const text = problem.status === 404 ? t("chats.gone") : problem.message || t("shell.no_answer");
    show(body, element("p", { class: "notice doubt", role: "alert", text }));
  }
}

function heading(document) {
  const facts = [personOf(document), chatOf(document), when(document.received_at), keptOf(document)];
  return element(
    "div",
    { class: "document-title" },
    element("h1", { text: nameOf(document.files[document.number - 1].name, document.number) }),
    element("p", { class: "line small muted" }, stateTag(document.status), element("span", { class: "number", text: facts.filter(Boolean).join(t("read.join")) })),
    document.files.length > 1 && otherFiles(document),
  );
}

function otherFiles({ id, number, files }) {
  const link = ({ name }, index) =>
    element("a", { class: "button small plain", href: `#/chats/${id}/${index + 1}`, "aria-current": index + 1 === number ? "true" : null, text: nameOf(name, index + 1) });
  return element("nav", { class: "line files", "aria-label": t("read.files") }, files.map(link));
}

/** The file, with the boxes of its values where its one page is known, and what was read of it. */
function reading(document) {
  let right = null;
  const left = original(document, { pointed: (mark) => right?.point(mark), chosen: (mark) => right?.choose(mark) });
  const isRead = !document.problem && document.papers.length > 0;
  right = isRead ? readings({ ...document, isFixed: true }, left) : { node: unread(document) };
  return [left.node, right.node];
}

/** The file: its picture where the browser can show it, else a way to save it. */
function original({ id, number, files, is_kept: isKept, picture }, { pointed, chosen }) {
  const without = (node) => ({ node, mark() {}, point() {} });
  const panel = (...parts) => element("section", { class: "panel picture", "aria-label": t("read.picture") }, parts);
  if (!isKept) return without(panel(element("p", { class: "muted note", text: t("chats.not_kept") })));
  const source = chatFile(id, number);
  const name = nameOf(files[number - 1].name, number);
  const save = element("a", { class: "button small", href: source, download: files[number - 1].name || true, text: t("chats.save") });
  if (picture) {
    const failed = () => show(shown.node, element("div", { class: "tools line" }, element("span", { class: "push" }), save));
    const shown = pictures([{ ...picture, page: 1, source }], { name, extra: save, pointed, chosen, failed });
    return shown;
  }
  const image = element("img", { src: source, alt: name, on: { error: () => frame.remove() } });
  const frame = element("div", { class: "frame", tabindex: "0", role: "group", "aria-label": t("read.picture") }, element("div", { class: "sheet" }, image));
  return without(panel(element("div", { class: "tools line" }, element("span", { class: "push" }), save), frame));
}

function unread(document) {
  if (document.problem) return element("p", { class: "notice bad", text: document.problem.detail });
  return element("p", { class: "notice", text: t(isOpen(document.status) ? "read.being_read" : "read.state.failed") });
}
