// Elements of HTML and SVG. Texts of the data come in as text only: nothing here reads markup.

const SVG = "http://www.w3.org/2000/svg";

/** Return an HTML element: attributes (a function is a listener, null is left out), then children and texts. */
function html(tag, attributes, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** Return an SVG element, as `html`. */
function svg(tag, attributes, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name, value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  append(element, children);
  return element;
}

/** Append children: elements, texts, lists of them; null is nothing. */
function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return element;
}

let lastId = 0;

/** Return an id that no other element has. */
function newId(stem) {
  lastId += 1;
  return `${stem}-${lastId}`;
}

/** Return a section with a heading that names it. */
function section(title, ...children) {
  const id = newId("section");
  return html("section", { "aria-labelledby": id }, html("h2", { id }, title), ...children);
}

/** Return paragraphs: what is indented belongs to the line before. */
function sentences(lines) {
  return lines.map((line) => html("p", { class: /^\s/.test(line) ? "sentence under" : "sentence" }, line.trim()));
}

// What figures are, by path.
let titles = {};

/** Return what a figure is, in words; its path where nothing says it. */
function figureTitle(path) {
  return titles[path] || path;
}

/** Return what a figure is with its path beside it. */
function figureName(path) {
  return titles[path] ? [titles[path], html("span", { class: "path" }, " ", breakable(path))] : breakable(path);
}

/** Return code that may be broken after its dots and underscores. */
function breakable(text) {
  return html(
    "code",
    {},
    text.split(/(?<=[._/,-])/).flatMap((part, i) => (i ? [html("wbr"), part] : [part])),
  );
}

/** Return what is made when it is opened for the first time: it may be thousands of rows. */
function detailsOnDemand(summary, make) {
  const element = details(summary);
  const fill = () => {
    if (element.open && element.childElementCount === 1) element.append(make());
  };
  element.addEventListener("toggle", fill);
  return element;
}

/** Return what opens on request. */
function details(summary, ...children) {
  return html("details", {}, html("summary", {}, summary), ...children);
}
