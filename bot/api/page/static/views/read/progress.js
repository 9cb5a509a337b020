// How far a document is, as a sentence, a tag and a bar.

import { element } from "../../dom.js";
import { between, duration } from "../../format.js";
import { icon } from "../../icons.js";
import { t } from "../../texts.js";

const TAGS = { queued: "tag", reading: "tag accent", done: "tag good", failed: "tag bad", sending: "tag", unsent: "tag bad" };

export function isOpen(state) {
  return state === "queued" || state === "reading";
}

export function stateTag(state) {
  const sign = { done: "check", failed: "cross", unsent: "cross" }[state];
  return element("span", { class: TAGS[state] ?? "tag" }, sign && icon(sign), t(`read.state.${state}`));
}

/** What a person wants to know of a document that is not read yet: its place, or its pages, and the time. */
export function progressText(document) {
  const since = document.submitted_at ? between(document.submitted_at) : 0;
  const parts = [];
  if (document.status === "queued") {
    parts.push(document.ahead > 0 ? t("read.ahead", { count: document.ahead }) : t("read.next"));
    if (document.expected_seconds) parts.push(t("read.expected", { time: duration(document.expected_seconds) }));
  } else if (document.pages_total > 1) {
    parts.push(t("read.pages_done", { done: document.pages_done, count: document.pages_total }));
  } else {
    parts.push(t("read.being_read"));
  }
  if (since >= 1) parts.push(t("read.since", { time: duration(since) }));
  return parts.join(t("read.join"));
}

/** A bar: filled by pages where their number is known, moving where it is not. */
export function progressBar(document) {
  const bar = element("progress", { "aria-label": t("read.progress") });
  if (document.status === "queued") bar.value = 0;
  else if (document.pages_total > 0) {
    bar.max = document.pages_total;
    bar.value = document.pages_done;
  }
  if (document.status === "reading" && !document.pages_done) bar.removeAttribute("value");
  return bar;
}
