// Elements are built, never written as text, so that nothing read from a document can become markup.

const SVG = "http://www.w3.org/2000/svg";

/**
 * Return an element. `properties`: `class`, `text`, `on` (events to listeners), `data`; the rest are attributes, of
 * which `true` stands for an empty one and `false`, `null` and `undefined` for none. Children that are false or null
 * are left out.
 */
export function element(tag, properties = {}, ...children) {
  return filled(document.createElement(tag), properties, children);
}

/** Return an element of SVG, as `element` does. */
export function drawn(tag, properties = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), properties, children);
}

/** Replace the children of `place`. */
export function show(place, ...children) {
  place.replaceChildren(...children.flat(Infinity).filter(isShown));
}

function filled(node, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (name === "class") node.setAttribute("class", value);
    else if (name === "text") node.textContent = value;
    else if (name === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    else if (name === "data") Object.assign(node.dataset, value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.flat(Infinity).filter(isShown));
  return node;
}

function isShown(child) {
  return child !== null && child !== undefined && child !== false && child !== "";
}
