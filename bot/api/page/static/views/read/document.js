// One document: its picture on the left, what was read on the right; or how far it is.

import { announce } from "../../announce.js";
import { ask } from "../../ask.js";
import { element, show } from "../../dom.js";
import { size, when } from "../../format.js";
import { t } from "../../texts.js";
import { address, deleteDocument, documentOf, picture } from "./api.js";
import { kinds } from "./entry_row.js";
import { Followed } from "./live.js";
import { pictures } from "./picture.js";
import { isOpen, progressBar, progressText, stateTag } from "./progress.js";
import { readings } from "./readings.js";

const FORMATS = ["xlsx", "docx", "json"];

export async function openDocument(place, { id, number }) {
  const head = element("header", { class: "document-head" });
  const body = element("div", { class: "document" });
  show(place, backLink(), head, body);
  let document = null;
  let followed = null;
  const refresh = (changed) => {
    document = { ...document, ...changed };
    show(head, heading(document, () => remove(document)), document.files > 1 && !isOpen(document.status) && files(document));
    if (isOpen(document.status)) show(body, waiting(document));
    else if (document.status === "failed") show(body, failure(document));
    else show(body, reading(document));
  };
  const ticking = setInterval(() => document && isOpen(document.status) && show(body, waiting(document)), 1000);
  try {
    refresh(await documentOf(id, { number }));
    if (isOpen(document.status)) {
      followed = new Followed({ changed: async (_id, changed) => refresh(isOpen(changed.status) || number === 1 ? changed : await documentOf(id, { number })), gone: () => show(body, unknown()) });
      followed.add(id);
    }
  } catch (problem) {
    show(body, element("p", { class: "notice bad", role: "alert", text: problem.message || t("shell.no_answer") }));
  }
  return () => {
    clearInterval(ticking);
    followed?.close();
  };
}

function backLink() {
  return element("nav", { "aria-label": t("read.back") }, element("a", { class: "back", href: "#/read", text: `← ${t("read.back")}` }));
}

function heading(document, remove) {
  const { file, status, papers = [] } = document;
  const facts = [file && size(file.bytes), when(document.submitted_at), document.reference && t("read.reference_is", { reference: document.reference })];
  const kept = document.keep_until && t("read.kept_until", { time: when(document.keep_until) });
  return element(
    "div",
    { class: "line" },
    element(
      "div",
      { class: "document-title" },
      element("h1", { text: file?.name ?? document.id }),
      element(
        "p",
        { class: "line small muted" },
        stateTag(status),
        kinds(papers).map((title) => element("span", { class: "tag", text: title })),
        element("span", { class: "number", text: [...facts, kept].filter(Boolean).join(t("read.join")) }),
      ),
    ),
    element(
      "div",
      { class: "line push" },
      status === "done" &&
        FORMATS.map((format) =>
          element("a", { class: "button small", href: address(document.id, `export.${format}`), download: true, text: t("read.export", { format }) }),
        ),
      element("button", { class: "button small danger", type: "button", text: t("read.delete"), on: { click: remove } }),
    ),
  );
}

/** The way to the other files of a batch or an archive. */
function files({ id, number, files: count }) {
  const link = (to, name) =>
    to >= 1 && to <= count
      ? element("a", { class: "button small plain", href: `#/read/${id}/${to}`, text: t(`read.${name}`) })
      : element("span");
  return element(
    "nav",
    { class: "line files", "aria-label": t("read.files") },
    link(number - 1, "file_before"),
    element("span", { class: "small muted number", text: t("read.file_of", { number, count }) }),
    link(number + 1, "file_after"),
  );
}

async function remove(document) {
  const agreed = await ask({
    title: t("read.delete_asked", { name: document.file?.name ?? document.id }),
    detail: t("read.delete_detail"),
    agree: t("read.delete"),
    danger: true,
  });
  if (!agreed) return;
  try {
    await deleteDocument(document.id);
  } catch (problem) {
    announce(problem.message || t("shell.no_answer"));
    return;
  }
  announce(t("read.deleted", { count: 1 }));
  location.hash = "#/read";
}

function waiting(document) {
  return element(
    "section",
    { class: "panel waiting stack" },
    element("p", { role: "status", class: "number", text: progressText(document) }),
    progressBar(document),
    element("p", { class: "small muted", text: t("read.may_leave") }),
  );
}

function failure({ problem }) {
  return element(
    "section",
    { class: "notice bad", role: "alert" },
    element("h2", { text: problem?.title ?? t("read.state.failed") }),
    element("p", { text: problem?.detail ?? "" }),
  );
}

function unknown() {
  return element("p", { class: "notice doubt", text: t("read.gone") });
}

/** The pictures and the papers, which show each other's boxes and fields. */
function reading(document) {
  let right = null;
  const pages = (document.pictures ?? []).map((page) => ({ ...page, source: picture(document, page.page) }));
  const left = pictures(pages, { name: document.file?.name, pointed: (mark) => right?.point(mark), chosen: (mark) => right?.choose(mark) });
  right = readings(document, left);
  return [left.node, right.node];
}
