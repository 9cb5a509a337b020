// Drafts that are not saved yet, as long as the page is open: whoever looks elsewhere finds them again.

/** name → {source, etag} */
export const drafts = new Map();

addEventListener("beforeunload", (event) => drafts.size > 0 && event.preventDefault());
