// Times, sizes and durations as people of the page's language write them.

import { language, t } from "./texts.js";

export function when(iso) {
  if (!iso) return "";
  const at = new Date(iso);
  const today = at.toDateString() === new Date().toDateString();
  const form = today ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" };
  return new Intl.DateTimeFormat(language(), form).format(at);
}

export function size(bytes) {
  const units = ["byte", "kilobyte", "megabyte"];
  const step = bytes < 1024 ? 0 : bytes < 1024 ** 2 ? 1 : 2;
  const form = { style: "unit", unit: units[step], maximumFractionDigits: step === 2 ? 1 : 0 };
  return new Intl.NumberFormat(language(), form).format(bytes / 1024 ** step);
}

export function duration(seconds) {
  if (seconds < 90) return t("shell.seconds", { count: Math.max(1, Math.round(seconds)) });
  if (seconds < 5400) return t("shell.minutes", { count: Math.round(seconds / 60) });
  return t("shell.hours", { count: Math.round(seconds / 3600) });
}

/** Seconds between two times of the API; the second one may be missing: then until now. */
export function between(from, until) {
  return ((until ? Date.parse(until) : Date.now()) - Date.parse(from)) / 1000;
}
