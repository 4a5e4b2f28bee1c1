// The map as somebody moves it. While it moves, one layer that is drawn already is shifted; it is drawn again at rest.

const OVERSCAN = 0.5;
const REST_MS = 140;
const NEAR = 7;
const MOST_ZOOM = 30;
const MAP_KEYS = {
  ArrowLeft: [60, 0],
  ArrowRight: [-60, 0],
  ArrowUp: [0, 60],
  ArrowDown: [0, -60],
};

/** Return a map that shows marks: `element` is its frame, `show(marks)` what is on it. */
function mapView(outline, places) {
  const view = {
    marks: null,
    projected: [],
    current: d3.zoomIdentity,
    drawn: d3.zoomIdentity,
    width: 0,
    height: 0,
    chosen: null,
  };
  const base = svg("svg", { class: "map-base", "aria-hidden": "true" });
  const top = svg("svg", { class: "map-top", "aria-hidden": "true" });
  const moving = html("div", { class: "map-moving" }, base, top);
  const tip = html("div", { class: "map-tip", role: "status", hidden: true });
  const helpId = newId("map-help");
  const frame = html(
    "div",
    {
      class: "map-frame",
      tabindex: "0",
      role: "application",
      "aria-label": "Map of the network",
      "aria-describedby": helpId,
    },
    moving,
    tip,
  );
  const zoom = d3.zoom().scaleExtent([1, MOST_ZOOM]).filter(isMoved).on("zoom", moved).on("end", rest);
  const zoomed = d3.select(frame).call(zoom).on("dblclick.zoom", null);
  const button = (words, sign, click) =>
    html("button", { type: "button", "aria-label": words, title: words, click }, sign);
  const element = html(
    "div",
    { class: "map" },
    frame,
    html(
      "div",
      { class: "map-buttons" },
      button("Zoom in", "+", () => zoomed.call(zoom.scaleBy, 1.6)),
      button("Zoom out", MINUS, () => zoomed.call(zoom.scaleBy, 1 / 1.6)),
      button("Show all", "\u2922", () => zoomed.call(zoom.transform, d3.zoomIdentity)),
    ),
    html(
      "p",
      { class: "note map-help", id: helpId },
      "Drag to move, Ctrl and wheel or two fingers to zoom. ",
      "Keys: arrows move, + and \u2212 zoom, 0 shows all, N and P go through hubs, flows and cities.",
    ),
  );

  let resting = null;

  /** A wheel without Ctrl and a single finger belong to the page, which they scroll. */
  function isMoved(event) {
    if (event.type === "wheel") return event.ctrlKey || event.metaKey;
    if (event.type.startsWith("touch")) return event.touches.length > 1;
    return !event.button && event.target.closest("button") === null;
  }

  function moved(event) {
    view.current = event.transform;
    const ratio = view.current.k / view.drawn.k;
    const x = view.current.x - ratio * view.drawn.x;
    const y = view.current.y - ratio * view.drawn.y;
    moving.style.transform = `translate3d(${x}px,${y}px,0) scale(${ratio})`;
    if (Math.abs(x) > view.width * OVERSCAN || Math.abs(y) > view.height * OVERSCAN) draw();
    else rest();
  }

  function rest() {
    clearTimeout(resting);
    resting = setTimeout(draw, REST_MS);
  }

  function draw() {
    clearTimeout(resting);
    if (!view.marks || !view.width) return;
    if (base.firstChild && view.drawn === view.current && view.isSound) return;
    view.drawn = view.current;
    view.isSound = true;
    base.replaceChildren(...mapLayers(view, places));
    highlight();
    moving.style.transform = "none";
  }

  function resize() {
    const { clientWidth: width, clientHeight: height } = frame;
    if (!width || (width === view.width && height === view.height)) return;
    Object.assign(view, { width, height, isSound: false }, projectedMap(outline, places, width, height));
    for (const layer of [base, top]) {
      layer.setAttribute(
        "viewBox",
        `${-width * OVERSCAN} ${-height * OVERSCAN} ${width * (1 + 2 * OVERSCAN)} ${height * (1 + 2 * OVERSCAN)}`,
      );
    }
    moving.style.transformOrigin = `${width * OVERSCAN}px ${height * OVERSCAN}px`;
    zoom
      .extent([
        [0, 0],
        [width, height],
      ])
      .translateExtent([
        [-width * 0.3, -height * 0.3],
        [width * 1.3, height * 1.3],
      ]);
    view.current = d3.zoomIdentity;
    frame.__zoom = d3.zoomIdentity;
    draw();
  }

  function at(point) {
    return view.current.apply(point);
  }

  function highlight() {
    top.replaceChildren(...(view.chosen ? [highlightOf(view, view.chosen)] : []));
  }

  function choose(mark, [x, y] = [0, 0]) {
    if (mark === view.chosen && mark === null) return;
    view.chosen = mark;
    highlight();
    tip.hidden = mark === null;
    if (mark === null) return;
    tip.replaceChildren(...mark.lines.map((line, i) => html("p", { class: i ? null : "map-tip-title" }, line)));
    const left = Math.max(4, Math.min(x + 14, view.width - tip.offsetWidth - 4));
    const under = y + 16 + tip.offsetHeight < view.height;
    tip.style.left = `${left}px`;
    tip.style.top = `${under ? y + 16 : Math.max(4, y - tip.offsetHeight - 12)}px`;
  }

  function pointed(event) {
    const bounds = frame.getBoundingClientRect();
    const point = [event.clientX - bounds.left, event.clientY - bounds.top];
    if (event.type === "pointermove" && (event.pointerType !== "mouse" || event.buttons)) return;
    choose(nearestMark(view, view.current.invert(point), view.current.k), point);
  }

  function pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (MAP_KEYS[key])
      zoomed.call(zoom.translateBy, MAP_KEYS[key][0] / view.current.k, MAP_KEYS[key][1] / view.current.k);
    else if (key === "+" || key === "=") zoomed.call(zoom.scaleBy, 1.6);
    else if (key === "-") zoomed.call(zoom.scaleBy, 1 / 1.6);
    else if (key === "0") zoomed.call(zoom.transform, d3.zoomIdentity);
    else if (key === "n" || key === "p") step(key === "n" ? 1 : -1);
    else if (key === "Escape") choose(null);
    else return;
    event.preventDefault();
  }

  function step(by) {
    const { hubs, flows, cities } = view.marks;
    const all = [
      ...hubs,
      ...flows.filter((flow) => flow.isTrunk || places.isOverseas(flow.a) || places.isOverseas(flow.b)),
      ...cities,
      ...flows.filter((flow) => !flow.isTrunk && !places.isOverseas(flow.a) && !places.isOverseas(flow.b)),
    ];
    if (!all.length) return;
    const now = view.chosen ? all.indexOf(view.chosen) : -1;
    const mark = all[now < 0 ? (by > 0 ? 0 : all.length - 1) : (now + by + all.length) % all.length];
    const point = at(middleOf(view, mark));
    if (point[0] < 0 || point[1] < 0 || point[0] > view.width || point[1] > view.height)
      zoomed.call(zoom.translateTo, ...middleOf(view, mark));
    choose(mark, at(middleOf(view, mark)));
  }

  frame.addEventListener("pointermove", pointed);
  frame.addEventListener("pointerup", pointed);
  // A finger that is lifted leaves too, and what it has touched should stay to be read.
  frame.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && choose(null));
  frame.addEventListener("blur", () => choose(null));
  frame.addEventListener("keydown", pressed);
  new ResizeObserver(resize).observe(frame);

  // The frame on paper has another size, and the map is drawn for it.
  onPaper(
    () => {
      frame.classList.add("on-paper");
      resize();
    },
    () => {
      frame.classList.remove("on-paper");
      resize();
    },
  );

  return {
    element,
    show(marks) {
      view.marks = marks;
      view.isSound = false;
      choose(null);
      resize();
      draw();
    },
  };
}
