// What has been read: the list of documents, or one of them.

import { element, show } from "../../dom.js";
import { t } from "../../texts.js";

export async function open(place) {
  show(place, element("h1", { text: t("read.title") }));
}
