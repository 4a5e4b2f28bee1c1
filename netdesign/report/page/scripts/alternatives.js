// Networks near the best: what each has more.

/** Return the section of a result of alternatives. */
function alternativesSection(data, record, choice) {
  const unit = data.objective_unit;
  const { networks } = record;
  const hasDiverse = record.diverse.some((place) => place > 0 && place < networks.length);
  const parts = [];
  if (networks.length) {
    parts.push(
      figure(
        "What each has more than the best",
        `${counted(networks.length, "network")} near the best`,
        (width) => nearBars(record, unit, width),
        { note: `${axisUnit(unit)}${hasDiverse ? "; pale: the few that differ most from one another" : ""}` },
      ),
    );
    parts.push(html("div", { class: "half not-on-paper" }, nearTable(data, record, choice)));
  }
  if (record.condition) parts.push(html("div", { class: "full" }, conditionTable(record.condition, unit)));
  return section(record.title, sentences(record.sentences), html("div", { class: "grid" }, parts));
}

/** Return the words for the unit of an axis, where money is in the amounts of the page. */
function axisUnit(unit) {
  return unit.startsWith("EUR") ? unit.replace("EUR", amounts.words).replace("/year", " a year") : unit;
}

/** Return a function that writes a value of the objective for an axis. */
function axisWords(unit, range) {
  if (!unit.startsWith("EUR")) return plain;
  const step = Math.abs(range[1] - range[0]) / amounts.factor / 8;
  const digits = step > 0 ? Math.max(0, Math.min(6, Math.ceil(-Math.log10(step)))) : 0;
  return (value) => grouped(value / amounts.factor, digits);
}

const MOST_BARS = 14;

function nearBars(record, unit, width) {
  const shown = record.networks.slice(0, mostRows(MOST_BARS, 8));
  const left = record.networks.length - shown.length;
  const isBest = (i) => i === 0 && shown[0].difference <= 0;
  const rows = barRows(
    width,
    shown.map((network, i) => ({
      name: networkName(network.hubs),
      isBest: isBest(i),
      value: isBest(i)
        ? "the best"
        : unit.startsWith("EUR")
          ? moneyDifference(network.difference)
          : plain(network.difference),
    })),
    { row: 30 },
  );
  const drawing = canvas(width, rows.bottom + 20 + (left ? 16 : 0));
  const range = niceRange(
    shown.map((network) => network.difference),
    { fromZero: true },
  );
  const scale = axisUnder(drawing, rows, range, axisWords(unit, range));
  shown.forEach((network, i) => {
    const isDiverse = record.diverse.includes(i);
    append(drawing, rows.label(i));
    drawing.append(
      svg("rect", {
        class: isBest(i) ? "bar best" : isDiverse ? "bar diverse" : "bar",
        x: Math.min(scale(0), scale(network.difference)),
        y: rows.barY(i),
        width: Math.max(2, Math.abs(scale(network.difference) - scale(0))),
        height: 8,
      }),
    );
  });
  if (left) drawing.append(leftOut(left, rows.bottom + 33));
  return drawing;
}

function nearTable(data, record, choice) {
  const rows = record.networks.map((network) => [
    planLink(network, choice),
    network.opened.length ? network.opened.join(", ") : "\u2013",
    network.closed.length ? network.closed.join(", ") : "\u2013",
    network.difference === 0
      ? "\u2013"
      : objectiveDifference(network.difference, data.objective_unit).replace(" a year", ""),
  ]);
  return table(
    "Networks near the best",
    [
      textColumn("Network"),
      textColumn("Opens"),
      textColumn("Leaves out"),
      numberColumn(`More, ${data.objective_unit}`),
    ],
    rows,
  );
}

/** Return the name of a network, as a button where the page has its plan. */
function planLink(network, choice) {
  const name = network.name || networkName(network.hubs);
  if (network.plan === null || network.plan === undefined) return name;
  return html(
    "button",
    {
      type: "button",
      class: "link",
      title: "Show it on the map",
      click: () => {
        choice.choose(network.plan);
        document.getElementById("plan").scrollIntoView();
      },
    },
    name,
  );
}

function conditionTable(condition, unit) {
  const limits = [condition.difference_at_least, condition.difference_at_most];
  const between =
    condition.difference_at_least === condition.difference_at_most
      ? objectiveDifference(condition.difference, unit)
      : limits.map((one) => objectiveDifference(one, unit)).join(" to ");
  return table(
    "With these sites, and without those",
    [
      textColumn("With"),
      textColumn("Without"),
      textColumn("Best network", 30),
      numberColumn("More than the best"),
      numberColumn("Cities that change hubs"),
    ],
    [
      [
        condition.opened.join(", ") || "\u2013",
        condition.closed.join(", ") || "\u2013",
        condition.hubs.length ? networkName(condition.hubs) : "there is none",
        between,
        whole(condition.moved_cities),
      ],
    ],
  );
}
