// Every sentence of the page, from texts/LANGUAGE/ROOM.json.

const LANGUAGES = ["zh", "en"];
const rooms = new Map();
let current = "zh";

export function language() {
  return current === "zh" ? "zh-CN" : "en";
}

export function languages() {
  return LANGUAGES;
}

/** Take this language from now on: `zh` or `en`. */
export function choose(name) {
  current = LANGUAGES.includes(name) ? name : "zh";
  document.documentElement.lang = language();
}

/** Load the sentences of these rooms in the language of now. */
export async function load(...names) {
  await Promise.all(
    names.map(async (name) => {
      const response = await fetch(new URL(`./texts/${current}/${name}.json`, import.meta.url));
      if (!response.ok) throw new Error(`no texts of ${name}`);
      rooms.set(name, await response.json());
    }),
  );
}

/**
 * Return a sentence: `t("read.pages", {count: 3})` takes `pages` from the room `read` and fills in `{count}`. A sentence
 * may be one for each plural form of `count`: {"one": …, "other": …}.
 */
export function t(path, values = {}) {
  const [room, ...keys] = path.split(".");
  let found = rooms.get(room);
  for (const key of keys) found = found?.[key];
  if (found && typeof found === "object") {
    const form = new Intl.PluralRules(language()).select(values.count ?? 0);
    found = found[form] ?? found.other;
  }
  if (typeof found !== "string") return path;
  return found.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** Whether there is such a sentence. */
export function has(path) {
  return t(path) !== path;
}
