// The map with its legend, and the same as tables.

/** Return the part of the page with the map; `onPlan` calls back with each plan that is chosen. */
function mapPart(data, places, onPlan) {
  const keys = html("div", { class: "map-keys" });
  const lists = html("div", { class: "map-lists" });
  const isDrawn = [...Array(places.count).keys()].some((place) => places.isKnown(place) && !places.isOverseas(place));
  const view = isDrawn ? mapView(data.outline, places) : null;
  onPlan((plan) => {
    if (view) {
      const marks = mapMarks(data, places, plan);
      view.show(marks);
      keys.replaceChildren(mapLegend(data, places, plan, marks));
    }
    const isOpen = [...lists.children].map((list) => list.open);
    lists.replaceChildren(cityList(places, plan), legList(data, places, plan));
    [...lists.children].forEach((list, i) => (list.open = Boolean(isOpen[i])));
  });
  if (!view) keys.append(html("p", { class: "note" }, "The instance has no coordinates, so there is no map."));
  return { map: view ? view.element : null, keys, lists };
}

function mapLegend(data, places, plan, marks) {
  const entries = marks.hubs
    .filter((hub) => !hub.isCentre)
    .map((hub) => ({ name: `City served by ${places.id(hub.place)}`, mark: lookMark(hub.look) }));
  if (marks.hubs.some((hub) => hub.isNew)) entries.push({ name: "New hub", mark: hubKey(true) });
  if (marks.hubs.some((hub) => !hub.isNew)) entries.push({ name: "Hub that exists", mark: hubKey(false) });
  if (marks.cities.some((city) => city.isLate))
    entries.push({ name: "Hollow: half or more of its freight is late", mark: lookMark(NO_HUB, true) });
  if (marks.sites.length) entries.push({ name: "Site that is not open", mark: siteKey });
  const modes = new Set(marks.flows.map((flow) => flow.mode));
  const isTrunk = marks.flows.some((flow) => flow.isTrunk);
  if (modes.has("truck")) entries.push({ name: "By road", width: 26, mark: flowKey("flow truck", 2) });
  if (isTrunk) entries.push({ name: "Between hubs", width: 26, mark: flowKey("flow truck trunk", 3) });
  if (modes.has("air")) entries.push({ name: "By air", width: 26, mark: flowKey("flow air", 2.4) });
  if (modes.has("direct")) entries.push({ name: "Leg with a given cost", width: 26, mark: flowKey("flow direct", 2) });
  return html("div", {}, legend(entries, "Legend of the map"), marks.flows.length ? widthKey(marks.scale) : null);
}

function hubKey(isNew) {
  return (drawing) =>
    append(drawing, [
      svg("circle", { class: "hub", cx: 5.5, cy: 5.5, r: 3.4, stroke: "#333" }),
      isNew ? svg("circle", { class: "hub-new", cx: 5.5, cy: 5.5, r: 6, stroke: "#333" }) : null,
    ]);
}

function siteKey(drawing) {
  drawing.append(svg("g", { class: "sites" }, svg("path", { d: "M-3 0H3M0 -3V3", transform: "translate(5.5,5.5)" })));
}

function flowKey(name, width) {
  return (drawing) => drawing.append(svg("path", { class: name, d: "M0 5.5H26", "stroke-width": width }));
}

/** Return lines of three widths with the freight that they stand for. */
function widthKey(scale) {
  const step = 10 ** Math.floor(Math.log10(scale.largest));
  const largest = Math.max(1, Math.floor(scale.largest / step)) * step;
  const entries = [largest, largest / 10, largest / 100]
    .filter((tonnes) => tonnes >= 1)
    .map((tonnes) => ({
      name: `${whole(tonnes)} t/year`,
      width: 26,
      mark: flowKey("flow-key", scale(tonnes).toFixed(1)),
    }));
  return html(
    "div",
    {},
    html(
      "p",
      { class: "key-title" },
      "Width of a flow, both ways together; areas of hubs and cities grow with their freight",
    ),
    legend(entries, "Widths of flows"),
  );
}

function cityList(places, plan) {
  const count = counted(plan.cities.place.length, "city", "cities");
  return detailsOnDemand(`${count}, each with its hub`, () => cityTable(places, plan));
}

/** Return the cities of a plan, those with most freight first. */
function cityTable(places, plan) {
  const { cities } = plan;
  const idOf = (place) => (place >= 0 ? places.id(place) : "\u2013");
  const tonnes = (i) => cities.received_t_per_year[i] + cities.sent_t_per_year[i];
  const order = d3.range(cities.place.length).sort((i, j) => tonnes(j) - tonnes(i));
  const rows = order.map((i) => [
    places.title(cities.place[i]),
    idOf(cities.hub_in[i]),
    idOf(cities.hub_out[i]),
    whole(cities.received_t_per_year[i]),
    whole(cities.sent_t_per_year[i]),
    cities.mean_h[i] === null ? "\u2013" : grouped(cities.mean_h[i], 1),
    whole(cities.late_t_per_year[i]),
  ]);
  const columns = [
    textColumn("City"),
    textColumn("Receives through"),
    textColumn("Sends through"),
    numberColumn("Receives, t/year"),
    numberColumn("Sends, t/year"),
    numberColumn("Mean h to the door"),
    numberColumn("Late, t/year"),
  ];
  return table(`Cities and hubs: ${plan.name}`, columns, rows, { isSearched: true });
}

function legList(data, places, plan) {
  const count = counted(plan.legs.origin.length, "leg");
  return detailsOnDemand(`${count} with vehicles or flights that leave`, () => legTable(data, places, plan));
}

/** Return the legs of a plan, those with most freight first. */
function legTable(data, places, plan) {
  const { legs } = plan;
  const order = d3.range(legs.origin.length).sort((i, j) => legs.t_per_year[j] - legs.t_per_year[i]);
  const rows = order.map((i) => [
    `${places.name(legs.origin[i])} \u2013 ${places.name(legs.destination[i])}`,
    kindWords(places, legs, i),
    legs.vehicle[i] >= 0 ? data.vehicles[legs.vehicle[i]].id : legs.mode[i],
    whole(legs.t_per_year[i]),
    departuresText(legs.per_week[i]),
    departuresText(legs.per_day[i]),
    legs.fill[i] === null ? "\u2013" : percent(legs.fill[i], 0),
  ]);
  const columns = [
    textColumn("From \u2013 to"),
    textColumn("Leg"),
    textColumn("By"),
    numberColumn("t/year"),
    numberColumn("A week"),
    numberColumn("A day"),
    numberColumn("Full"),
  ];
  return table(`Legs: ${plan.name}`, columns, rows, { isSearched: true });
}
