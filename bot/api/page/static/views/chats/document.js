// One file from a chat: as it was posted, on the left, and what was read of it. Nothing is corrected here: it is the
// sender's, who corrects it in the chat.

import { element, show } from "../../dom.js";
import { when } from "../../format.js";
import { t } from "../../texts.js";
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
    show(body, original(document), right(document));
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

/** The file: its picture where the browser can show it, else a way to save it. */
function original({ id, number, files, is_kept: isKept }) {
  const panel = element("section", { class: "panel picture", "aria-label": t("read.picture") });
  if (!isKept) return show(panel, element("p", { class: "muted note", text: t("chats.not_kept") })), panel;
  const address = chatFile(id, number);
  const save = element("a", { class: "button small", href: address, download: files[number - 1].name || true, text: t("chats.save") });
  const image = element("img", { src: address, alt: nameOf(files[number - 1].name, number), on: { error: () => frame.remove() } });
  const frame = element("div", { class: "frame", tabindex: "0", role: "group", "aria-label": t("read.picture") }, element("div", { class: "sheet" }, image));
  show(panel, element("div", { class: "tools line" }, element("span", { class: "push" }), save), frame);
  return panel;
}

function right(document) {
  if (document.problem) return element("p", { class: "notice bad", text: document.problem.detail });
  if (document.papers.length === 0) return element("p", { class: "notice", text: t(isOpen(document.status) ? "read.being_read" : "read.state.failed") });
  return readings({ ...document, isFixed: true }, { mark() {}, point() {} }).node;
}
