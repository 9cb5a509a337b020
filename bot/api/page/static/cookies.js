// What the browser keeps of a person's choices: the language and the theme. The server writes them into the page.

export function chosen(name) {
  const pair = document.cookie.split("; ").find((one) => one.startsWith(`ocrbot_${name}=`));
  return pair ? decodeURIComponent(pair.slice(pair.indexOf("=") + 1)) : "";
}

export function keep(name, value) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `ocrbot_${name}=${encodeURIComponent(value)}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
}
