// What the map shows of a plan: cities, hubs, flows and sites, each with the lines that are shown beside it on request.

const LATE_SHARE = 0.5;
const CITY_RADIUS = { least: 2.6, most: 9 };
const HUB_RADIUS = { least: 7, most: 16 };
const FLOW_WIDTH = { least: 0.6, most: 7 };
const KIND_WORDS = {
  collection: "from cities to hubs",
  inter_hub: "between hubs",
  distribution: "from hubs to cities",
};

/** Return the marks of a plan; radii and widths grow with the root of the freight, so that areas are to scale. */
function mapMarks(data, places, plan) {
  const flows = flowMarks(data, places, plan);
  const cities = cityMarks(places, plan);
  const hubs = hubMarks(places, plan);
  const open = new Set(plan.hubs.map((hub) => hub.place));
  const sites = [];
  for (let place = 0; place < places.count; place += 1) {
    if (places.isKnown(place) && places.status(place) && !open.has(place)) {
      sites.push({
        kind: "site",
        place,
        radius: 3,
        lines: [places.title(place), `Site, ${places.status(place)}; not open in this plan`],
      });
    }
  }
  const overseas = [...new Set(flows.flatMap((flow) => [flow.a, flow.b]))].filter(places.isOverseas);
  return { flows, cities, hubs, sites, overseas, scale: flowScale(flows) };
}

/** Return a function from tonnes to a radius or a width. */
function rootScale(marks, { least, most }) {
  const largest = d3.max(marks, (mark) => mark.tonnes) || 1;
  const scale = (tonnes) => Math.max(least, most * Math.sqrt(tonnes / largest));
  scale.largest = largest;
  return scale;
}

function flowScale(flows) {
  return rootScale(flows, FLOW_WIDTH);
}

function cityMarks(places, plan) {
  const { cities } = plan;
  const marks = [];
  cities.place.forEach((place, i) => {
    if (!places.isKnown(place)) return;
    const tonnes = cities.received_t_per_year[i] + cities.sent_t_per_year[i];
    const late = cities.late_t_per_year[i];
    const hub = cities.hub_in[i] >= 0 ? cities.hub_in[i] : cities.hub_out[i];
    marks.push({
      kind: "city",
      place,
      tonnes,
      look: hub >= 0 ? places.look(hub) : NO_HUB,
      isLate: late !== null && tonnes > 0 && late / tonnes >= LATE_SHARE,
      lines: cityLines(places, cities, i, tonnes),
    });
  });
  const radius = rootScale(marks, CITY_RADIUS);
  for (const mark of marks) mark.radius = radius(mark.tonnes);
  return marks.sort((one, other) => other.tonnes - one.tonnes);
}

function cityLines(places, cities, i, tonnes) {
  const lines = [places.title(cities.place[i])];
  const hubOf = (place) => (place >= 0 ? places.id(place) : "no hub");
  if (cities.received_t_per_year[i] > 0)
    lines.push(`Receives ${whole(cities.received_t_per_year[i])} t/year through ${hubOf(cities.hub_in[i])}`);
  if (cities.sent_t_per_year[i] > 0)
    lines.push(`Sends ${whole(cities.sent_t_per_year[i])} t/year through ${hubOf(cities.hub_out[i])}`);
  if (cities.is_split[i]) lines.push("Several hubs serve it; that of most of its freight is shown");
  if (cities.mean_h[i] !== null) lines.push(`${plain(cities.mean_h[i])} h from order to door, on average`);
  const late = cities.late_t_per_year[i];
  if (late !== null)
    lines.push(
      late > 0 ? `${whole(late)} t/year late: ${percent(late / tonnes, 0)} of its freight` : "All inside the deadline",
    );
  return lines;
}

function hubMarks(places, plan) {
  const marks = plan.hubs
    .filter((hub) => places.isKnown(hub.place))
    .map((hub) => ({
      kind: "hub",
      place: hub.place,
      tonnes: hub.handled_t_per_year,
      isNew: hub.is_new,
      isCentre: hub.is_centre,
      look: places.look(hub.place),
      lines: hubLines(places, plan, hub),
    }));
  const radius = rootScale(marks, HUB_RADIUS);
  for (const mark of marks) mark.radius = mark.isCentre ? HUB_RADIUS.least - 1 : radius(mark.tonnes);
  return marks.sort((one, other) => other.tonnes - one.tonnes);
}

function hubLines(places, plan, hub) {
  const lines = [
    places.title(hub.place),
    hub.is_centre ? "Sorting centre" : hub.is_new ? "New hub" : "Hub that exists today",
  ];
  lines.push(`Handles ${whole(hub.handled_t_per_year)} t/year`);
  if (hub.entering_t_per_year > 0) lines.push(`${whole(hub.entering_t_per_year)} t/year enter the network here`);
  const cities = citiesOf(plan, hub.place);
  if (cities) lines.push(`Serves ${counted(cities, "city", "cities")}`);
  return lines;
}

/** Return how many cities a hub serves, either way. */
function citiesOf(plan, place) {
  return plan.cities.place.filter((_, i) => plan.cities.hub_in[i] === place || plan.cities.hub_out[i] === place).length;
}

/** Return the legs of both directions between two places as one flow. */
function flowMarks(data, places, plan) {
  const { legs } = plan;
  const flows = new Map();
  legs.origin.forEach((origin, i) => {
    const destination = legs.destination[i];
    if (origin === destination || !places.isKnown(origin) || !places.isKnown(destination)) return;
    const [a, b] = origin < destination ? [origin, destination] : [destination, origin];
    const isTrunk = legs.kind[i] === "inter_hub";
    const key = `${a} ${b} ${legs.mode[i]} ${isTrunk}`;
    if (!flows.has(key)) flows.set(key, { kind: "flow", a, b, mode: legs.mode[i], isTrunk, tonnes: 0, legs: [] });
    const flow = flows.get(key);
    flow.tonnes += legs.t_per_year[i];
    flow.legs.push(i);
  });
  const marks = [...flows.values()].sort((one, other) => other.tonnes - one.tonnes);
  const width = flowScale(marks);
  for (const mark of marks) {
    mark.width = width(mark.tonnes);
    // Written when somebody asks: there may be thousands.
    Object.defineProperty(mark, "lines", { get: () => flowLines(data, places, legs, mark) });
  }
  return marks;
}

/** Return what a leg is: a lane stands among the first or the last legs of the freight. */
function kindWords(places, legs, i) {
  if (places.isOverseas(legs.origin[i])) return "from overseas";
  return places.isOverseas(legs.destination[i]) ? "to overseas" : KIND_WORDS[legs.kind[i]];
}

function flowLines(data, places, legs, flow) {
  const lines = [`${places.name(flow.a)} \u2013 ${places.name(flow.b)}`];
  for (const i of flow.legs) {
    if (!legs.t_per_year[i] && legs.per_week[i] === null) {
      lines.push("Chosen hub link that carries no freight");
      continue;
    }
    const place = places.name(legs.destination[i]);
    lines.push(`To ${place}: ${whole(legs.t_per_year[i])} t/year, ${kindWords(places, legs, i)}`);
    lines.push(...loadLine(data, legs, i));
  }
  return lines;
}

/** Return the departures on a day that has any; null without a timetable. */
function perDay(legs, i) {
  return legs.operating_days[i] ? legs.per_week[i] / legs.operating_days[i] : null;
}

/** Return so many departures with the digits that say something; a dash where they are not known. */
function departuresText(number) {
  return number === null ? "\u2013" : plain(Number(number.toFixed(number < 1 ? 2 : 1)));
}

/** Return what leaves on a leg: departures by timetable, or the full loads that its freight makes. */
function loadLine(data, legs, i) {
  const perWeek = legs.per_week[i];
  if (perWeek === null) return [];
  const noun = legs.mode[i] === "air" ? "flights" : "trucks";
  // Without a timetable nobody knows on how many days they leave.
  if (!legs.operating_days[i]) return [`\u2003fills ${departuresText(perWeek)} ${noun} a week`];
  const vehicle = data.vehicles[legs.vehicle[i]];
  const fill = legs.fill[i] === null ? "" : `, ${percent(legs.fill[i], 0)} full`;
  return [`\u2003${vehicle ? vehicle.id : noun}: ${departuresText(perDay(legs, i))} a day, ${plain(perWeek)} a week${fill}`];
}
