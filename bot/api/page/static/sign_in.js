// Signing in: by a client's token, or by DingTalk.

import { element, show } from "./dom.js";
import { call } from "./http.js";
import { has, t } from "./texts.js";

/** Show how to sign in; `ways` are those that the server offers, `done` is called when it worked. */
export function signIn(place, { ways, done }) {
  const wrong = element("p", { class: "notice bad", role: "alert", hidden: true });
  const came = new URLSearchParams(location.search).get("sign_in");
  if (came) {
    history.replaceState(null, "", location.pathname);
    say(wrong, has(`shell.sign_in.${came}`) ? t(`shell.sign_in.${came}`) : t("shell.sign_in.failed"));
  }
  show(
    place,
    element(
      "section",
      { class: "panel sign-in stack", "aria-labelledby": "sign-in" },
      element("h1", { id: "sign-in", text: t("shell.sign_in.title") }),
      wrong,
      ways.includes("dingtalk") && [
        element("a", { class: "button first", href: "/session/dingtalk", text: t("shell.sign_in.dingtalk") }),
        element("p", { class: "or", text: t("shell.sign_in.or") }),
      ],
      tokenForm(wrong, done, ways.includes("dingtalk") ? "button" : "button first"),
    ),
  );
}

function tokenForm(wrong, done, button) {
  const token = element("input", {
    class: "input",
    id: "token",
    type: "password",
    name: "token",
    autocomplete: "current-password",
    autocapitalize: "none",
    spellcheck: "false",
    required: true,
    "aria-describedby": "token-hint",
  });
  return element(
    "form",
    {
      class: "stack",
      on: {
        submit: async (event) => {
          event.preventDefault();
          wrong.hidden = true;
          try {
            await call("POST", "/session", { json: { token: token.value.trim() } });
          } catch (problem) {
            say(wrong, problem.message || t("shell.no_answer"));
            token.select();
            return;
          }
          token.value = "";
          done();
        },
      },
    },
    element("input", { type: "text", name: "username", autocomplete: "username", value: "ocrbot", hidden: true }),
    element("label", { class: "above", for: "token" }, t("shell.sign_in.token"), token),
    element("p", { class: "small muted", id: "token-hint", text: t("shell.sign_in.hint") }),
    element("button", { class: button, type: "submit", text: t("shell.sign_in.with_token") }),
  );
}

function say(place, sentence) {
  place.textContent = sentence;
  place.hidden = false;
}
