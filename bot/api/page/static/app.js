// The frame: who is signed in, the bar, and which view the address names (#/VIEW/…).

import { bar } from "./bar.js";
import { chosen } from "./cookies.js";
import { element, show } from "./dom.js";
import { call, Problem } from "./http.js";
import { signIn } from "./sign_in.js";
import * as texts from "./texts.js";
import { VIEWS } from "./views/index.js";

const { t } = texts;
const main = document.getElementById("main");
const top_ = document.getElementById("top");
let session = null;
let leave = null;

/** The views that this person may see. */
function allowed() {
  return VIEWS.filter((view) => session && (view.role === "reader" || session.role === "admin"));
}

async function start() {
  texts.choose(chosen("language") || (document.documentElement.lang.startsWith("zh") ? "zh" : "en"));
  await texts.load("shell");
  document.getElementById("skip").addEventListener("click", (event) => {
    event.preventDefault();
    main.focus();
  });
  document.addEventListener("signed-out", () => session && signedOut());
  addEventListener("hashchange", () => route({ moved: true }));
  await begin();
}

/** Ask who is signed in, and show the view of the address, or how to sign in. */
async function begin() {
  let answer;
  try {
    answer = await call("GET", "/session");
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    return wrong(problem);
  }
  session = answer.client ? answer : null;
  if (!session) {
    drawBar();
    return signIn(main, { ways: answer.ways, done: begin });
  }
  await texts.load(...allowed().map((view) => view.name));
  return route({ moved: false });
}

function signedOut() {
  session = null;
  leave?.();
  leave = null;
  begin();
}

async function changeLanguage(name) {
  texts.choose(name);
  await texts.load("shell", ...allowed().map((view) => view.name));
  document.getElementById("skip").textContent = t("shell.skip");
  if (session) await route({ moved: false });
  else await begin();
}

async function signOut() {
  await call("DELETE", "/session");
  location.hash = "";
  signedOut();
}

async function route({ moved }) {
  if (!session) return;
  leave?.();
  leave = null;
  const [name, ...path] = location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  const named = allowed().find((one) => one.name === name);
  const view = named ?? allowed()[0];
  drawBar(view);
  document.title = `${t(`${view.name}.title`)} · ${t("shell.name")}`;
  const place = element("div", { class: `view ${view.name}` });
  show(main, place);
  const module = await view.load();
  if (!place.isConnected) return;
  const left = await module.open(place, { session, path: named ? path : [] });
  if (place.isConnected) leave = left ?? null;
  else left?.();
  if (moved) main.focus();
  scrollTo(0, 0);
}

function drawBar(view = null) {
  bar(top_, { session, views: allowed(), view, changeLanguage, signOut });
}

function wrong(problem) {
  drawBar();
  show(main, element("p", { class: "notice bad", role: "alert", text: problem.message || t("shell.no_answer") }));
}

start();
