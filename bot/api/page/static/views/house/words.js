// What the house's codes are called.

import { has, language, t } from "../../texts.js";

export function stepOf(step) {
  return has(`house.step.${step}`) ? t(`house.step.${step}`) : step;
}

export function reasonOf(reason) {
  return has(`house.reason.${reason}`) ? t(`house.reason.${reason}`) : reason;
}

export function number(value, digits = 0) {
  return new Intl.NumberFormat(language(), { maximumFractionDigits: digits }).format(value);
}

export function seconds(value) {
  return t("house.seconds", { count: number(value, value < 10 ? 1 : 0) });
}
