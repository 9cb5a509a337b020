// Saving what the API answers as a file, under the name that it gives.

import { element } from "../../dom.js";

export async function save(response) {
  const url = URL.createObjectURL(await response.blob());
  const link = element("a", { href: url, download: nameOf(response.headers.get("Content-Disposition") ?? "") });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** The name in a Content-Disposition: `filename*` of RFC 8187 before `filename`. */
function nameOf(disposition) {
  const long = /filename\*=UTF-8''([^;]+)/i.exec(disposition);
  if (long) return decodeURIComponent(long[1]);
  return /filename="?([^";]+)"?/i.exec(disposition)?.[1] ?? "ocrbot";
}
