// The panels: queues, engines, workers, failures, clients, budgets, kinds of today.

import { element } from "../../dom.js";
import { duration, when } from "../../format.js";
import { t } from "../../texts.js";
import { number, reasonOf, seconds, stepOf } from "./words.js";

export function panels(house) {
  return [steps(house), engines(house), workers(house), failures(house), clients(house), budgets(house), kinds(house)];
}

function panel(name, head, rows, { empty, note } = {}) {
  const table = element(
    "div",
    { class: "wide", tabindex: "0", role: "group", "aria-label": t(`house.panel.${name}`) },
    element(
      "table",
      { class: "table" },
      element("thead", {}, element("tr", {}, head.map(([key, end]) => element("th", { scope: "col", class: end ? "end" : null, text: t(`house.head.${key}`) })))),
      element("tbody", {}, rows),
    ),
  );
  return element(
    "section",
    { class: `panel ${name}`, "aria-label": t(`house.panel.${name}`) },
    element("header", { class: "line" }, element("h2", { text: t(`house.panel.${name}`) }), note && element("span", { class: "push small muted", text: note })),
    rows.length > 0 ? table : element("p", { class: "empty muted", text: empty }),
  );
}

function row(first, ...cells) {
  return element("tr", {}, element("th", { scope: "row" }, first), cells);
}

function cell(text, { end = false, muted = false } = {}) {
  return element("td", { class: [end && "end number", muted && "muted"].filter(Boolean).join(" ") || null }, text);
}

function steps(house) {
  const rows = house.steps.map((step) =>
    row(
      stepOf(step.step),
      cell(number(step.waiting), { end: true }),
      cell(step.waiting ? duration(step.oldest_seconds) : "—", { end: true, muted: !step.waiting }),
      cell(number(step.at_work), { end: true }),
      cell(number(step.put_off), { end: true, muted: !step.put_off }),
      cell(step.workers ? number(step.workers) : element("span", { class: `tag ${step.waiting ? "bad" : "doubt"}`, text: t("house.no_worker") }), { end: true }),
    ),
  );
  const note = house.last_frame_seconds === null ? t("house.no_frame") : t("house.last_frame", { time: duration(house.last_frame_seconds) });
  return panel("steps", [["step"], ["waiting", 1], ["oldest", 1], ["at_work", 1], ["put_off", 1], ["workers", 1]], rows, { note });
}

const ENGINE_TAGS = { proven: "good", working: "good", faulty: "bad", resting: "doubt", unknown: "" };

function engines({ engine }) {
  const rows = engine.addresses.map((one) =>
    row(
      element("span", {}, element("code", { text: one.url }), one.model && element("span", { class: "below small muted", text: one.model }), one.why && element("span", { class: "below small", text: one.why })),
      cell(element("span", { class: `tag ${ENGINE_TAGS[one.condition] ?? ""}`, text: t(`house.engine.${one.condition}`) })),
      cell(one.proven_at ? when(one.proven_at) : "—", { muted: !one.proven_at }),
      cell(number(one.reading), { end: true }),
    ),
  );
  const kind = t(`house.kind.${engine.kind}`);
  const note = engine.seconds_a_page === null ? kind : `${kind} · ${t("house.seconds_a_page", { time: seconds(engine.seconds_a_page) })}`;
  return panel("engines", [["engine"], ["state"], ["proven"], ["reading", 1]], rows, { note });
}

function workers(house) {
  const rows = house.workers.map((worker) =>
    row(
      worker.host,
      cell(worker.queues.map((queue) => element("span", { class: "tag", text: stepOf(queue) }))),
      cell(worker.parallel ? number(worker.parallel) : "—", { end: true, muted: !worker.parallel }),
      cell(worker.started_at ? when(worker.started_at) : "—"),
      cell(worker.seen_seconds === null ? "—" : t("house.ago", { time: duration(worker.seen_seconds) }), { end: true }),
    ),
  );
  return panel("workers", [["host"], ["queues"], ["parallel", 1], ["started"], ["seen", 1]], rows, { empty: t("house.no_workers") });
}

function failures(house) {
  const rows = house.failures.map((one) =>
    row(
      element("span", {}, reasonOf(one.reason), element("code", { class: "below small muted", text: one.reason })),
      cell(number(one.today), { end: true, muted: !one.today }),
      cell(number(one.week), { end: true }),
    ),
  );
  return panel("failures", [["reason"], ["today", 1], ["week", 1]], rows, { empty: t("house.no_failures") });
}

function clients(house) {
  const rows = house.clients.map((one) =>
    row(
      element("span", {}, one.name, one.role === "admin" && element("span", { class: "tag", text: t("house.admin") })),
      cell(number(one.requests_today), { end: true }),
      cell(one.pages_per_day ? `${number(one.pages_today)} / ${number(one.pages_per_day)}` : number(one.pages_today), { end: true }),
      cell(number(one.waiting), { end: true, muted: !one.waiting }),
    ),
  );
  return panel("clients", [["client"], ["requests", 1], ["pages", 1], ["waits", 1]], rows, { empty: t("house.no_clients") });
}

function budgets(house) {
  const rows = house.budgets.map((one) =>
    row(
      element("span", {}, t(`house.budget.${one.name}`), element("span", { class: "below small muted", text: t("house.window", { seconds: number(one.seconds, 1) }) })),
      cell(element("meter", { min: 0, max: one.limit, high: Math.ceil(one.limit * 0.8), value: one.used, "aria-label": t(`house.budget.${one.name}`) })),
      cell(`${number(one.used)} / ${number(one.limit)}`, { end: true }),
    ),
  );
  return panel("budgets", [["budget"], ["share"], ["used", 1]], rows, { empty: t("house.no_budgets") });
}

function kinds(house) {
  const rows = house.today.kinds.map((one) => row(one.title, cell(number(one.count), { end: true })));
  return panel("kinds", [["kind"], ["count", 1]], rows, { empty: t("house.none_today") });
}
