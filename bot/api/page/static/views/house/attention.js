// What an operator should look at, the worst first; or that there is nothing.

import { element } from "../../dom.js";
import { duration } from "../../format.js";
import { t } from "../../texts.js";
import { reasonOf, stepOf } from "./words.js";

export function attention(items) {
  if (items.length === 0) {
    return element("p", { class: "notice good" }, element("strong", { text: t("house.all_well") }), ` ${t("house.all_well_more")}`);
  }
  return element("ul", { class: "attention" }, items.map(line));
}

function line({ level, code, values }) {
  return element(
    "li",
    { class: `notice ${level}` },
    element("span", { class: `tag ${level}`, text: t(`house.level.${level}`) }),
    element("span", { text: t(`house.attention.${code}`, said(values)) }),
  );
}

function said(values) {
  const steps = values.steps?.split(", ").map(stepOf).join(t("house.and"));
  return {
    ...values,
    step: values.step && stepOf(values.step),
    steps,
    time: values.seconds && duration(values.seconds),
    reason: values.reason && reasonOf(values.reason),
  };
}
