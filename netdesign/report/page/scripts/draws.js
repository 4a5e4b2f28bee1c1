// What networks cost in worlds that are drawn.

/** Return the section of a result of draws. */
function drawsSection(record, choice) {
  const known = record.rows.filter((row) => row.mean !== null);
  const parts = [];
  if (known.length) {
    parts.push(
      figure(
        `Mean cost in ${grouped(record.worlds, 0)} drawn worlds, against ${record.rows[0].name}`,
        known.map((row) => `${row.name}: ${moneyDifference(row.difference)}`).join("; "),
        (width) => drawnDifferences(known, record, width),
        { note: `${amounts.words}; dot: mean difference to it in the same worlds; line: two standard errors each way` },
      ),
    );
    const shares = figure(
      "How often each is the best of them",
      known.map((row) => `${row.name}: ${percent(row.best_share, 0)}`).join("; "),
      (width) => shareBars(known, record, width),
      { note: "Share of the worlds" },
    );
    shares.classList.add("not-on-paper");
    parts.push(shares);
  }
  parts.push(html("div", { class: known.length ? "full not-on-paper" : "full" }, drawnTable(record, choice)));
  if (record.figures.length)
    parts.push(
      html(
        "div",
        { class: "full not-on-paper" },
        details(`${counted(record.figures.length, "figure")} that were drawn`, drawnFigures(record)),
      ),
    );
  return section(record.title, sentences(record.sentences), html("div", { class: "grid" }, parts));
}

const MOST_DRAWN = 10;

function drawnDifferences(known, record, width) {
  const shown = known.slice(0, mostRows(MOST_DRAWN, 5));
  const ends = (one) => [-2, 2].map((times) => (one.difference || 0) + times * (one.difference_error || 0));
  const rows = barRows(
    width,
    shown.map((one) => ({
      name: one.name,
      isBest: isLeastMean(record, one),
      value: one === record.rows[0] ? `mean ${money(one.mean)}` : moneyDifference(one.difference),
    })),
    { share: 0.3 },
  );
  const drawing = canvas(width, rows.bottom + 20);
  const range = niceRange(shown.flatMap(ends), { fromZero: true, ticks: 4 });
  const scale = axisUnder(drawing, rows, range, axisWords("EUR", range), 6);
  shown.forEach((one, i) => {
    const name = isLeastMean(record, one) ? " best" : "";
    const y = rows.barY(i) + 5;
    const [from, to] = ends(one).map(scale);
    append(drawing, [
      rows.label(i),
      svg("path", { class: `range${name}`, d: `M${from} ${y}H${to}M${from} ${y - 4}V${y + 4}M${to} ${y - 4}V${y + 4}` }),
      svg("circle", { class: `dot${name}`, cx: scale(one.difference || 0), cy: y, r: 4.5 }),
    ]);
  });
  return drawing;
}

function isLeastMean(record, row) {
  return record.least_mean !== null && record.rows[record.least_mean.row] === row;
}

function shareBars(known, record, width) {
  return barsFromZero(
    width,
    known.slice(0, MOST_DRAWN).map((one) => ({
      name: one.name,
      value: percent(one.best_share),
      isBest: isLeastMean(record, one),
      amount: one.best_share,
    })),
    [0, 1],
    () => (value) => percent(value, 0),
  );
}

function drawnTable(record, choice) {
  const isPossible = record.rows.some((row) => row.infeasible || row.unknown);
  const columns = [
    textColumn("Network"),
    numberColumn("Mean"),
    numberColumn("Against the first"),
    numberColumn("Standard error"),
    numberColumn(`Worst ${percent(1 - record.level, 0)}`),
    numberColumn("Regret"),
    numberColumn("Best in"),
  ];
  if (isPossible) columns.push(numberColumn("No plan in"));
  const rows = record.rows.map((row) => [
    planLink(row, choice),
    inAmounts(row.mean),
    amountDifference(row.difference),
    inAmounts(row.difference_error),
    inAmounts(row.cvar),
    inAmounts(row.regret),
    percent(row.best_share),
    ...(isPossible ? [whole(row.infeasible + row.unknown)] : []),
  ]);
  const least = record.least_mean === null ? -1 : record.least_mean.row;
  return table(`What each costs, ${record.money_unit.replace("EUR", amounts.words)}`, columns, rows, {
    marked: least,
    shown: 10,
    printed: 6,
  });
}

function drawnFigures(record) {
  return table(
    "Figures that were drawn",
    [
      textColumn("Figure"),
      numberColumn("Value"),
      textColumn("Distribution"),
      numberColumn("Least"),
      numberColumn("Mean"),
      numberColumn("Largest"),
      textColumn("Status"),
    ],
    record.figures.map((one) => [
      figureName(one.path),
      withUnit(one.value, one.unit),
      one.distribution,
      plain(one.least),
      plain(one.mean),
      plain(one.largest),
      one.status || "\u2013",
    ]),
    { isSearched: true },
  );
}
