// Small pictures beside words; where one stands alone, its button has a name for screen readers.

import { drawn } from "./dom.js";

const PATHS = {
  check: ["M3.5 8.5l3 3 6-7"],
  warning: ["M8 2.2L14.6 13.6H1.4z", "M8 6.5v3.4", "M8 11.7v.1"],
  cross: ["M4 4l8 8", "M12 4l-8 8"],
  pencil: ["M3 13l.6-2.8 7.3-7.3a1.2 1.2 0 0 1 1.7 0l.5.5a1.2 1.2 0 0 1 0 1.7L5.8 12.4z"],
  bin: ["M2.5 4h11", "M6 4V2.5h4V4", "M4 4l.6 9.5h6.8L12 4"],
  before: ["M10 3L5 8l5 5"],
  after: ["M6 3l5 5-5 5"],
  minus: ["M3 8h10"],
  plus: ["M3 8h10", "M8 3v10"],
  leave: ["M6.5 2.5h-4v11h4", "M6 8h7.5", "M10.5 5l3 3-3 3"],
  system: ["M2 3h12v8H2z", "M5.5 13.5h5"],
  light: ["M8 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6", "M8 1v1.5", "M8 13.5V15", "M1 8h1.5", "M13.5 8H15", "M3 3l1 1", "M12 12l1 1", "M13 3l-1 1", "M4 12l-1 1"],
  dark: ["M13 9.5A5.5 5.5 0 0 1 6.5 3a5.5 5.5 0 1 0 6.5 6.5z"],
  upload: ["M8 11V2.5", "M4.5 6L8 2.5 11.5 6", "M2.5 10.5v3h11v-3"],
};

export function icon(name) {
  return drawn(
    "svg",
    { class: `icon ${name}`, viewBox: "0 0 16 16", "aria-hidden": "true" },
    PATHS[name].map((d) => drawn("path", { d })),
  );
}
