// What all charts share: the figure around them, which draws anew at each width and for paper, scales, axes, patterns.

// Wider than the paper has room for, so that all of a chart is smaller there.
const PAPER_WIDTH = { half: 425, full: 880 };
const MARK = 11;

const figures = [];

/**
 * Return a figure: a heading, a chart that is drawn for the width there is, and the same figures as a table.
 *
 * `description` is what somebody who does not see the chart is told of it; `draw(width)` returns an SVG element.
 */
function figure(
  title,
  description,
  draw,
  { size = "half", note = "", tables = [], tableTitle = "The same as a table" } = {},
) {
  const space = html("div", { class: "chart" });
  const entry = { space, draw, size, title, description, width: 0 };
  figures.push(entry);
  widths.observe(space);
  return html(
    "figure",
    { class: `figure ${size}` },
    html("figcaption", {}, html("h3", {}, title), note ? html("p", { class: "note" }, note) : null),
    space,
    tables.length ? details(tableTitle, tables) : null,
  );
}

function drawFigure(entry, width) {
  entry.width = width;
  const drawing = entry.draw(width);
  drawing.setAttribute("role", "img");
  drawing.setAttribute("aria-label", `${entry.title}. ${textOf(entry.description)}`);
  entry.space.replaceChildren(drawing);
}

function textOf(value) {
  return typeof value === "function" ? value() : value;
}

const widths = new ResizeObserver((changes) => {
  for (const change of changes) {
    const entry = figures.find((one) => one.space === change.target);
    const width = Math.floor(change.contentRect.width);
    if (width > 0 && Math.abs(width - entry.width) > 1) drawFigure(entry, width);
  }
});

/** Draw all figures again, as the plan that they show is another one. */
function redrawFigures() {
  for (const entry of figures) if (entry.width > 0) drawFigure(entry, entry.width);
}

let isOnPaper = false;

/** Return how many rows a chart has: fewer on paper. */
function mostRows(onScreen, onPaper) {
  return isOnPaper ? onPaper : onScreen;
}

onPaper(
  () => {
    isOnPaper = true;
    for (const entry of figures) {
      entry.screenWidth = entry.width;
      drawFigure(entry, PAPER_WIDTH[entry.size]);
    }
  },
  () => {
    isOnPaper = false;
    for (const entry of figures) {
      // What the screen has not shown yet is drawn for it when it does.
      if (entry.screenWidth) drawFigure(entry, entry.screenWidth);
      else entry.width = 0;
    }
  },
);

/** Return an empty drawing. */
function canvas(width, height) {
  return svg("svg", { viewBox: `0 0 ${width} ${height}`, width: "100%", class: "drawing" });
}

/** Return a function from values to places on the drawing. */
function linear([low, high], [from, to]) {
  const span = high - low || 1;
  return (value) => from + ((value - low) / span) * (to - from);
}

/** Return the least and the largest of some values, widened so that an axis begins and ends at round numbers. */
function niceRange(values, { fromZero = false, ticks = 5 } = {}) {
  const known = values.filter((value) => value !== null && value !== undefined);
  let [low, high] = known.length ? d3.extent(known) : [0, 1];
  if (fromZero) [low, high] = [Math.min(0, low), Math.max(0, high)];
  if (low === high) [low, high] = [low - (Math.abs(low) || 1) * 0.05, high + (Math.abs(high) || 1) * 0.05];
  return d3.nice(low, high, ticks);
}

/** Draw an axis under the chart, with lines through it. */
function horizontalAxis(drawing, scale, range, { top, bottom, width, words = plain, title = "", ticks = null }) {
  const room = scale(range[1]) - scale(range[0]);
  const values = d3.ticks(range[0], range[1], ticks || Math.max(2, Math.min(7, Math.floor(room / 75))));
  for (const value of values) {
    const x = scale(value);
    drawing.append(svg("line", { class: "grid", x1: x, x2: x, y1: top, y2: bottom }));
    drawing.append(
      svg("text", { class: "tick", x, y: bottom + 15, "text-anchor": edgeAnchor(x, width) }, words(value)),
    );
  }
  if (title)
    drawing.append(svg("text", { class: "axis-title", x: width, y: bottom + 31, "text-anchor": "end" }, title));
}

function edgeAnchor(x, width) {
  if (x < 18) return "start";
  return x > width - 18 ? "end" : "middle";
}

/** Return the line that says how many rows a chart leaves out. */
function leftOut(number, y) {
  return svg("text", { class: "tick", x: 0, y }, `${number} more ${isOnPaper ? "in the file" : "in the table"}`);
}

/** Draw an axis at the left, with lines through the chart. */
function verticalAxis(drawing, scale, range, { left, right, words = plain, ticks = 5 }) {
  for (const value of d3.ticks(range[0], range[1], ticks)) {
    const y = scale(value);
    drawing.append(svg("line", { class: "grid", x1: left, x2: right, y1: y, y2: y }));
    drawing.append(svg("text", { class: "tick", x: left - 6, y: y + 4, "text-anchor": "end" }, words(value)));
  }
}

const ruler = document.createElement("canvas").getContext("2d");

/** Return the width of a text as it will be drawn. */
function textWidth(text, size = 12, weight = 400) {
  ruler.font = `${weight} ${size}px ${getComputedStyle(document.body).fontFamily}`;
  return ruler.measureText(text).width;
}

/** Return a text, cut so that it fits. */
function fitted(text, width, size = 12, weight = 400) {
  if (textWidth(text, size, weight) <= width) return text;
  const letters = [...text];
  while (letters.length > 1 && textWidth(`${letters.join("")}\u2026`, size, weight) > width) letters.pop();
  return `${letters.join("").trimEnd()}\u2026`;
}

// Fills that stay apart in greys and without colour vision: each has its own pattern.
const FILLS = [
  ["#3d5266", "plain"],
  ["#8fa6ba", "rising"],
  ["#b9a06c", "level"],
  ["#d8c9a3", "dots"],
  ["#7f9c86", "upright"],
  ["#a493b8", "falling"],
  ["#c8795b", "cross"],
  ["#e0b85c", "net"],
  ["#6b6b6b", "dots"],
  ["#b3b3b3", "rising"],
];

const STROKES = {
  plain: "",
  rising: "M0 8L8 0M-2 2L2 -2M6 10L10 6",
  falling: "M0 0L8 8M-2 6L2 10M6 -2L10 2",
  level: "M0 4H8",
  upright: "M4 0V8",
  cross: "M0 8L8 0M0 0L8 8",
  net: "M0 4H8M4 0V8",
  dots: "M2 2h1.6M6 6h1.6",
};

/** Return a function that gives the fill of a number, and puts its pattern into the drawing at the first use. */
function fills(drawing) {
  const ids = new Map();
  const defs = svg("defs");
  drawing.append(defs);
  return (number) => {
    const [colour, pattern] = FILLS[number % FILLS.length];
    if (pattern === "plain") return colour;
    if (!ids.has(number)) {
      const id = newId("pattern");
      ids.set(number, id);
      defs.append(
        svg(
          "pattern",
          { id, width: 8, height: 8, patternUnits: "userSpaceOnUse" },
          svg("rect", { width: 8, height: 8, fill: colour }),
          svg("path", {
            d: STROKES[pattern],
            stroke: "#fff",
            "stroke-width": pattern === "dots" ? 1.6 : 1,
            "stroke-opacity": 0.75,
            fill: "none",
          }),
        ),
      );
    }
    return `url(#${ids.get(number)})`;
  };
}

/** Return a legend: entries are { name, mark(drawing) } whose mark is drawn into MARK by MARK pixels. */
function legend(entries, title = "Legend") {
  return html(
    "ul",
    { class: "legend", "aria-label": title },
    entries.map(({ name, mark, width = MARK }) => {
      const drawing = svg("svg", {
        width: width + 3,
        height: MARK + 3,
        viewBox: `-1.5 -1.5 ${width + 3} ${MARK + 3}`,
        "aria-hidden": "true",
      });
      mark(drawing);
      return html("li", {}, drawing, html("span", {}, name));
    }),
  );
}
