// The layers of the map at a zoom: land, flows, cities, hubs, names.

const FULL_SIZE = 760;
const PADDING = 34;
const MANY_FLOWS = 800;
const MOST_NAMES = 46;
const PIXELS_A_NAME = 9000;
const NAME_INSET = 2;

/** Return the projection of the places to a frame, with the land as a path. */
function projectedMap(outline, places, width, height) {
  const all = [...Array(places.count).keys()].filter(places.isKnown);
  const here = all.filter((place) => !places.isOverseas(place));
  const projection = projectionFor((here.length ? here : all).map(places.point), width, height);
  const projected = [];
  for (const place of all) projected[place] = projection(places.point(place));
  for (const place of all) {
    if (places.isOverseas(place)) projected[place] = atEdge(projected[place], width, height);
  }
  projection.clipExtent([
    [-width, -height],
    [2 * width, 2 * height],
  ]);
  const path = d3.geoPath(projection).digits(1);
  const { land, borders } = landOf(outline);
  return { projected, land: land ? path(land) : null, borders: borders ? path(borders) : null };
}

/** Return a projection that keeps angles, and areas where the places lie all over the world. */
function projectionFor(points, width, height) {
  const [west, east] = d3.extent(points, (point) => point[0]);
  const [south, north] = d3.extent(points, (point) => point[1]);
  const isWide = east - west > 140;
  const isAtEquator = Math.abs(south + north) < 20;
  const projection = isWide
    ? d3.geoEqualEarth()
    : isAtEquator
      ? d3.geoMercator()
      : d3.geoConicConformal().parallels([south + (north - south) / 6, north - (north - south) / 6]);
  projection.rotate([isWide ? 0 : -(west + east) / 2, 0]);
  const padded = Math.min(PADDING, width / 10);
  // A single place has no extent to fit.
  const around =
    points.length > 1 && (east > west || north > south)
      ? points
      : [
          [west - 1, south - 1],
          [east + 1, north + 1],
        ];
  return projection.fitExtent(
    [
      [padded, padded],
      [width - padded, height - padded],
    ],
    { type: "MultiPoint", coordinates: around },
  );
}

/** Return where the way to a far place leaves the frame. */
function atEdge(point, width, height) {
  const [x, y] = point || [width, height / 2];
  const inset = 16;
  const isInside = x > inset && y > inset && x < width - inset && y < height - inset;
  if (isInside) return [x, y];
  const [dx, dy] = [x - width / 2, y - height / 2];
  const ratio = Math.min((width / 2 - inset) / Math.abs(dx || 1e-9), (height / 2 - inset) / Math.abs(dy || 1e-9));
  return [width / 2 + dx * ratio, height / 2 + dy * ratio];
}

function landOf(outline) {
  if (!outline) return { land: null, borders: null };
  if (outline.type !== "Topology") return { land: outline, borders: null };
  const { countries } = outline.objects;
  return {
    land: topojson.merge(outline, countries.geometries),
    borders: topojson.mesh(outline, countries, (one, other) => one !== other),
  };
}

/** Return the layers of a view as it is drawn. */
function mapLayers(view, places) {
  const { k, x, y } = view.drawn;
  const ground = svg("g", { transform: `translate(${x},${y}) scale(${k})` });
  if (view.land) ground.append(svg("path", { class: "land", d: view.land }));
  if (view.borders) ground.append(svg("path", { class: "borders", d: view.borders }));
  const at = (place) => view.drawn.apply(view.projected[place]);
  const { flows, sites, cities, hubs, overseas } = view.marks;
  const grown = Math.min(2, Math.sqrt(Math.sqrt(k))) * sizeOf(view);
  return [
    ground,
    svg(
      "g",
      { class: flows.length > MANY_FLOWS ? "flows many" : "flows" },
      [...flows].sort((one, other) => one.isTrunk - other.isTrunk).map((flow) => flowElement(flow, at, sizeOf(view))),
    ),
    svg(
      "g",
      { class: "sites" },
      sites.map((site) => svg("path", { d: "M-3 0H3M0 -3V3", transform: translate(at(site.place)) })),
    ),
    svg(
      "g",
      { class: "cities" },
      cities.map((city) => cityElement(city, at, grown)),
    ),
    svg(
      "g",
      { class: "hubs" },
      hubs.map((hub) => hubElement(hub, at, sizeOf(view))),
    ),
    svg("g", { class: "names" }, nameElements(view, places, at, overseas, grown)),
  ];
}

/** Return how much smaller marks are on a narrow map. */
function sizeOf(view) {
  return Math.min(1, Math.max(0.6, view.width / FULL_SIZE));
}

function translate([x, y]) {
  return `translate(${x.toFixed(1)},${y.toFixed(1)})`;
}

/** Return the points of a flow: a straight line, and for flights a bow, so that both can be seen between two places. */
function flowCurve([x1, y1], [x2, y2], mode) {
  const bow = mode === "air" ? 0.14 : 0;
  return [
    [x1, y1],
    [(x1 + x2) / 2 + bow * (y2 - y1), (y1 + y2) / 2 - bow * (x2 - x1)],
    [x2, y2],
  ];
}

function flowPath(curve) {
  const [[x1, y1], [cx, cy], [x2, y2]] = curve.map((point) => point.map((value) => value.toFixed(1)));
  return `M${x1} ${y1}Q${cx} ${cy} ${x2} ${y2}`;
}

function flowElement(flow, at, size) {
  return svg("path", {
    class: `flow ${flow.mode}${flow.isTrunk ? " trunk" : ""}`,
    d: flowPath(flowCurve(at(flow.a), at(flow.b), flow.mode)),
    "stroke-width": (flow.width * size).toFixed(1),
  });
}

function cityElement(city, at, grown) {
  const radius = city.radius * grown;
  const { look } = city;
  return svg("path", {
    d: shapePath(look.shape, Math.PI * radius * radius),
    transform: translate(at(city.place)),
    fill: city.isLate ? "#fff" : look.colour,
    stroke: city.isLate ? look.colour : "#fff",
    "stroke-width": city.isLate ? 1.5 : 0.7,
  });
}

function hubElement(hub, at, size) {
  const radius = hub.radius * size;
  const parts = [svg("circle", { class: "hub", r: radius, stroke: hub.look.colour })];
  if (hub.isNew) parts.push(svg("circle", { class: "hub-new", r: radius + 3.5, stroke: hub.look.colour }));
  parts.push(svg("path", { d: shapePath(hub.look.shape, (hub.isCentre ? 20 : 54) * size), fill: hub.look.colour }));
  return svg("g", { transform: translate(at(hub.place)) }, parts);
}

function isInFrame(view, x, y) {
  return x >= 0 && y >= 0 && x <= view.width && y <= view.height;
}

/** Return where a name of some width starts so that the edge of the frame cuts nothing of it. */
function insideFrame(view, [left, line], width) {
  const most = Math.max(NAME_INSET, view.width - width - NAME_INSET);
  return [
    Math.min(Math.max(left, NAME_INSET), most),
    Math.min(Math.max(line, NAME_INSET + 11), view.height - NAME_INSET - 3),
  ];
}

/** Return names that do not lie over one another, and that the frame does not cut: hubs first, then far places, then cities by their freight. */
function nameElements(view, places, at, overseas, grown) {
  const taken = [];
  const elements = [];
  const bounds = {
    left: -view.width * OVERSCAN,
    right: view.width * (1 + OVERSCAN),
    top: -view.height * OVERSCAN,
    bottom: view.height * (1 + OVERSCAN),
  };
  const place = (words, [x, y], gap, name, isNeeded, isLeft = false) => {
    const width = textWidth(words, name === "hub-name" ? 13 : 11, name === "hub-name" ? 600 : 400);
    const tries = [
      [x + gap, y + 4],
      [x - gap - width, y + 4],
      [x - width / 2, y - gap - 3],
      [x - width / 2, y + gap + 12],
    ];
    if (isLeft) tries.unshift(tries.splice(1, 1)[0]);
    const isFree = ([left, line]) =>
      !taken.some((box) => left < box[2] && left + width > box[0] && line - 11 < box[3] && line + 3 > box[1]);
    const whole = tries.map((spot) => (isInFrame(view, x, y) ? insideFrame(view, spot, width) : spot));
    const isWhole = (spot, i) => spot[0] === whole[i][0] && spot[1] === whole[i][1];
    const free = tries.filter(isWhole).find(isFree) || (isNeeded ? whole.find(isFree) : null);
    const [left, line] = free || (isNeeded ? whole[0] : [null]);
    if (left === null || left > bounds.right || left + width < bounds.left || line > bounds.bottom || line < bounds.top)
      return;
    taken.push([left - 2, line - 12, left + width + 2, line + 4]);
    elements.push(svg("text", { class: name, x: left.toFixed(1), y: line.toFixed(1) }, words));
  };
  for (const hub of view.marks.hubs) {
    const [x, y] = at(hub.place);
    const radius = hub.radius * sizeOf(view);
    taken.push([x - radius, y - radius, x + radius, y + radius]);
  }
  for (const hub of view.marks.hubs)
    place(fitted(places.short(hub.place), 190, 13, 600), at(hub.place), hub.radius * sizeOf(view) + 6, "hub-name", true);
  for (const far of overseas) {
    place(
      fitted(`${places.id(far)} ${places.name(far)}`, view.width / 4, 11),
      at(far),
      6,
      "far-name",
      true,
      view.projected[far][0] > view.width / 2,
    );
  }
  const rooms = Math.min(MOST_NAMES, (view.width * view.height) / PIXELS_A_NAME) + elements.length;
  for (const city of view.marks.cities) {
    if (elements.length >= rooms) break;
    const [x, y] = at(city.place);
    if (x > bounds.left && x < bounds.right && y > bounds.top && y < bounds.bottom) {
      place(fitted(places.name(city.place), 120, 11), [x, y], city.radius * grown + 3, "city-name", false);
    }
  }
  return elements;
}

/** Return a mark of the view once more, over all others. */
function highlightOf(view, mark) {
  const at = (place) => view.drawn.apply(view.projected[place]);
  if (mark.kind === "flow") {
    return svg("path", {
      class: "chosen-flow",
      d: flowPath(flowCurve(at(mark.a), at(mark.b), mark.mode)),
      "stroke-width": Math.max(3, mark.width + 1.5),
    });
  }
  return svg("circle", { class: "chosen", r: mark.radius + 6, transform: translate(at(mark.place)) });
}

/** Return where a mark is, in the frame without zoom. */
function middleOf(view, mark) {
  if (mark.kind !== "flow") return view.projected[mark.place];
  return alongCurve(flowCurve(view.projected[mark.a], view.projected[mark.b], mark.mode), 0.5);
}

function alongCurve([[x1, y1], [cx, cy], [x2, y2]], t) {
  const [a, b, c] = [(1 - t) * (1 - t), 2 * t * (1 - t), t * t];
  return [a * x1 + b * cx + c * x2, a * y1 + b * cy + c * y2];
}

/** Return the mark at a point: a hub or a city within a few pixels, else a flow, else a site. */
function nearestMark(view, [x, y], k) {
  if (!view.marks) return null;
  const { hubs, cities, flows, sites } = view.marks;
  const near = NEAR / k;
  const among = (marks) => {
    let [found, least] = [null, Infinity];
    for (const mark of marks) {
      const [px, py] = view.projected[mark.place];
      const distance = Math.hypot(px - x, py - y) - mark.radius / k;
      if (distance < Math.min(least, near / 2)) [found, least] = [mark, distance];
    }
    return found;
  };
  return among(hubs) || among(cities) || nearestFlow(view, flows, x, y, near) || among(sites);
}

function nearestFlow(view, flows, x, y, near) {
  let [found, least] = [null, near];
  for (const flow of flows) {
    const curve = flowCurve(view.projected[flow.a], view.projected[flow.b], flow.mode);
    const pieces = flow.mode === "air" ? 12 : 1;
    for (let piece = 0; piece < pieces; piece += 1) {
      const distance = toSegment([x, y], alongCurve(curve, piece / pieces), alongCurve(curve, (piece + 1) / pieces));
      if (distance < least) [found, least] = [flow, distance];
    }
  }
  return found;
}

function toSegment([x, y], [x1, y1], [x2, y2]) {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const along = Math.max(0, Math.min(1, ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - x1 - along * dx, y - y1 - along * dy);
}
