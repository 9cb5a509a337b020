// The bar: places, language, theme, who is signed in.

import { chosen, keep } from "./cookies.js";
import { element, show } from "./dom.js";
import { icon } from "./icons.js";
import { languages, language, t } from "./texts.js";

const THEMES = ["", "light", "dark"]; // "": as the system

export function bar(place, { session, views, view, changeLanguage, signOut }) {
  const image = new URL("./icon.svg", import.meta.url).pathname;
  show(
    place,
    element(
      "div",
      { class: "bar" },
      element("a", { class: "brand", href: "#/", "aria-label": t("shell.name") }, element("img", { src: image, alt: "" }), element("span", { text: t("shell.name") })),
      views.length > 0 && places(views, view),
      element(
        "div",
        { class: "switches" },
        session && !session.demo && element("span", { class: "who small muted", text: session.who, title: session.who }),
        languageSwitch(changeLanguage),
        themeSwitch(),
        session &&
          !session.demo &&
          element("button", { class: "button small plain", type: "button", on: { click: signOut } }, icon("leave"), t("shell.sign_out")),
      ),
    ),
    session?.demo && element("p", { class: "demo", text: t("shell.demo") }),
  );
}

function places(views, view) {
  const links = views.map((one) =>
    element(
      "li",
      {},
      element("a", { href: `#/${one.name}`, "aria-current": one === view ? "page" : null, text: t(`${one.name}.title`) }),
    ),
  );
  return element("nav", { class: "places", "aria-label": t("shell.places") }, element("ul", {}, links));
}

function languageSwitch(changeLanguage) {
  const now = language().slice(0, 2);
  const other = languages().find((name) => name !== now);
  return element("button", {
    class: "button small plain",
    type: "button",
    lang: other === "zh" ? "zh-CN" : other,
    text: other === "zh" ? "中文" : "EN",
    title: other === "zh" ? "中文" : "English",
    on: {
      click: () => {
        keep("language", other);
        changeLanguage(other);
      },
    },
  });
}

function themeSwitch() {
  const now = document.documentElement.dataset.theme ?? chosen("theme");
  const button = element("button", { class: "button small plain icon-only", type: "button", on: { click: next } });
  label(now);

  function label(theme) {
    const name = theme || "system";
    show(button, icon(name));
    button.title = t("shell.theme_now", { theme: t(`shell.theme.${name}`) });
    button.setAttribute("aria-label", button.title);
  }

  function next() {
    const before = document.documentElement.dataset.theme ?? "";
    const theme = THEMES[(THEMES.indexOf(before) + 1) % THEMES.length];
    keep("theme", theme);
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
    label(theme);
  }

  return button;
}
