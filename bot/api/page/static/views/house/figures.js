// The figures that say at a glance whether work gets done.

import { element } from "../../dom.js";
import { duration, size } from "../../format.js";
import { t } from "../../texts.js";
import { number, seconds } from "./words.js";

export function figures(house) {
  const oldest = Math.max(...house.steps.map((step) => step.oldest_seconds), 0);
  const waiting = house.steps.reduce((sum, step) => sum + step.waiting, 0);
  return [
    figure("waiting", number(waiting), oldest > 0 ? t("house.oldest", { time: duration(oldest) }) : t("house.none_waits")),
    figure("open_tasks", number(house.open_tasks), t("house.at_work", { count: house.steps.reduce((sum, step) => sum + step.at_work, 0) })),
    figure(
      "rate",
      house.rates ? number(house.rates.answers, 1) : "—",
      house.rates ? t("house.messages_a_minute", { count: number(house.rates.messages, 1) }) : t("house.rate_soon"),
    ),
    figure(
      "answered",
      number(house.today.answered),
      house.today.answered ? t("house.mean", { time: seconds(house.today.mean_seconds), slowest: seconds(house.today.slowest_seconds) }) : t("house.none_today"),
    ),
    memory(house.memory),
  ];
}

function figure(name, value, more, extra = null) {
  return element(
    "div",
    { class: "panel figure" },
    element("h2", { class: "small muted", text: t(`house.figure.${name}`) }),
    element("p", { class: "value number", text: value }),
    extra,
    element("p", { class: "small muted", text: more }),
  );
}

function memory({ used, most }) {
  const share = most ? Math.min(1, used / most) : 0;
  const bar = most > 0 && element("progress", { max: 100, value: Math.round(share * 100), "aria-label": t("house.figure.memory") });
  return figure("memory", size(used), most ? t("house.of_memory", { most: size(most), percent: Math.round(share * 100) }) : t("house.no_limit"), bar);
}
