// One sentence at the foot of the page, also said by screen readers.

const SHOWN_MILLISECONDS = 6000;
let timer = 0;

export function announce(sentence) {
  const place = document.getElementById("said");
  place.textContent = sentence;
  clearTimeout(timer);
  timer = setTimeout(() => (place.textContent = ""), SHOWN_MILLISECONDS);
}
