// What would turn the answer: each figure over its range.

const MOST_FIGURES = 12;

/** Return the section of a result of tipping points. */
function tippingSection(data, record) {
  const parts = [];
  const turning = record.figures
    .filter((one) => one.changes.length)
    .sort(
      (one, other) =>
        Boolean(numberTurn(other)) - Boolean(numberTurn(one)) || nearestTurn(one).distance - nearestTurn(other).distance,
    );
  if (turning.length) {
    parts.push(
      figure(
        "Where another network becomes the best",
        turning.map(turnWords).join("; "),
        (width) => turnStrips(data, turning, width),
        {
          note:
            "Each bar is the range of a figure; those that change the number of hubs first, then the nearest turn. " +
            "Blue: the answer stays; pale: another is best; dark: the turn is in there; line: now",
        },
      ),
    );
  }
  const spread = spreads(record);
  if (spread.length) {
    const isSaving = spread[0].isSaving;
    parts.push(
      figure(
        isSaving
          ? "What the best saves against today, at the ends of each range"
          : "What the best costs at the ends of each range",
        `${counted(spread.length, "figure")}, the widest first`,
        (width) => tornado(spread, presentOf(record, isSaving), data.objective_unit, width),
        { note: `${axisUnit(data.objective_unit)}; dark: to the low end, pale: to the high end; line: now` },
      ),
    );
  }
  parts.push(html("div", { class: parts.length ? "full not-on-paper" : "full" }, tippingTable(data, record)));
  if (record.grid) parts.push(gridBlock(record.grid));
  return section(
    record.title,
    isOverYears(data) ? sentences(record.sentences) : turnSentences(data, record, turning),
    html("div", { class: "grid" }, parts),
    isOverYears(data) ? null : details("As the command says it", sentences(record.sentences)),
    record.left_out.length
      ? html("p", { class: "note not-on-paper" }, `Not looked at: ${record.left_out.map(figureTitle).join(", ")}`)
      : null,
  );
}

/** Return what the chart of the ends has at the present figures; null where it is not known. */
function presentOf(record, isSaving) {
  if (!isSaving) return record.objective;
  return record.today_objective === null ? null : record.today_objective - record.objective;
}

/** Return the change that is nearest to the present value, and how far that is as a share of the range. */
function nearestTurn(one) {
  const distances = one.changes.map(
    (change) => Math.max(0, change.at_least - one.value, one.value - change.at_most) / (one.high - one.low || 1),
  );
  const index = d3.minIndex(distances);
  return { change: one.changes[index], distance: distances[index] };
}

function turnWords(one) {
  const { change } = nearestTurn(one);
  return `${figureTitle(one.path)} turns at ${changeAt(change)}, now ${withUnit(one.value, one.unit)}`;
}

/** Return where a change is; between two values that were solved, where it is not exact. */
function changeAt(change) {
  return change.at_least === change.at_most
    ? plain(change.at_most)
    : `${plain(change.at_least)} \u2026 ${plain(change.at_most)}`;
}

function turnStrips(data, turning, width) {
  const shown = turning.slice(0, mostRows(MOST_FIGURES, 8));
  const left = turning.length - shown.length;
  const rows = barRows(
    width,
    shown.map((one) => ({
      name: figureTitle(one.path),
      value: isOnPaper
        ? `${turnKind(data, one)} at ${changeAt(turnShown(one))}`
        : `now ${plain(one.value)}; ${turnKind(data, one)} at ${changeAt(turnShown(one))}`,
    })),
    { row: 36, share: 0.36 },
  );
  const drawing = canvas(width, rows.bottom + 4 + (left ? 16 : 0));
  shown.forEach((one, i) => {
    const y = rows.barY(i);
    const x = linear([one.low, one.high], [rows.left, rows.right]);
    append(drawing, rows.label(i));
    for (const piece of piecesOf(one)) {
      drawing.append(
        svg(
          "rect",
          {
            class: `strip ${piece.name}`,
            x: x(piece.from),
            y,
            width: Math.max(0.8, x(piece.to) - x(piece.from)),
            height: 9,
          },
          svg("title", {}, piece.words),
        ),
      );
    }
    drawing.append(svg("line", { class: "present", x1: x(one.value), x2: x(one.value), y1: y - 3, y2: y + 12 }));
  });
  if (left) drawing.append(leftOut(left, rows.bottom + 13));
  return drawing;
}

function turnShown(one) {
  return (numberTurn(one) || nearestTurn(one)).change;
}

/** Return the range of a figure cut at its changes; within a change that is not exact nobody knows. */
function piecesOf(one) {
  const pieces = [];
  let from = one.low;
  const isHere = (start, end) => start <= one.value && one.value <= end;
  const add = (to, hubs) =>
    pieces.push({
      from,
      to,
      name: isHere(from, to) ? "stays" : "turned",
      words: `${networkName(hubs)} from ${plain(from)} to ${withUnit(to, one.unit)}`,
    });
  for (const change of one.changes) {
    add(change.at_least, change.before);
    if (change.at_most > change.at_least)
      pieces.push({
        from: change.at_least,
        to: change.at_most,
        name: "open-piece",
        words: `turns between ${plain(change.at_least)} and ${plain(change.at_most)}`,
      });
    from = change.at_most;
  }
  add(one.high, one.changes.at(-1).after);
  return pieces;
}

/** Return what each figure does at the ends of its range, the widest first: the saving where today's has a cost. */
function spreads(record) {
  const known = record.figures.filter((one) => one.objective_low !== null && one.objective_high !== null);
  const isSaving = known.length > 0 && known.every((one) => one.today_low !== null && one.today_high !== null);
  return known
    .map((one) => ({
      path: one.path,
      words: `${plain(one.low)} to ${withUnit(one.high, one.unit)}`,
      isSaving,
      isTurned: one.turns === true,
      low: isSaving ? one.today_low - one.objective_low : one.objective_low,
      high: isSaving ? one.today_high - one.objective_high : one.objective_high,
    }))
    .filter((one) => one.low !== one.high)
    .sort((one, other) => Math.abs(other.high - other.low) - Math.abs(one.high - one.low));
}

function tornado(spread, present, unit, width) {
  const shown = spread.slice(0, mostRows(MOST_FIGURES, 8));
  const left = spread.length - shown.length;
  const rows = barRows(
    width,
    shown.map((one) => ({ name: figureTitle(one.path), value: isOnPaper ? "" : one.words })),
    { row: 36, share: 0.4 },
  );
  const drawing = canvas(width, rows.bottom + 20 + (left ? 16 : 0));
  const range = niceRange(
    [present, ...shown.flatMap((one) => [one.low, one.high])],
    { ticks: 4, fromZero: shown[0].isSaving },
  );
  const scale = axisUnder(drawing, rows, range, axisWords(unit, range));
  shown.forEach((one, i) => {
    // What is known of the present lies between the ends where cost moves along a line, and elsewhere may lie beyond.
    const middle = present === null ? (one.low + one.high) / 2 : present;
    const bar = (value, name) =>
      svg("rect", {
        class: `bar ${name}`,
        x: Math.min(scale(value), scale(middle)),
        y: rows.barY(i),
        width: Math.max(1, Math.abs(scale(value) - scale(middle))),
        height: 10,
      });
    const bars = [
      { value: one.low, name: "low" },
      { value: one.high, name: "high" },
    ].sort((a, b) => Math.abs(b.value - middle) - Math.abs(a.value - middle));
    append(drawing, [rows.label(i), bars.map(({ value, name }) => bar(value, name))]);
  });
  if (present !== null) {
    const x = scale(present);
    drawing.append(svg("line", { class: "present", x1: x, x2: x, y1: 0, y2: rows.bottom }));
  }
  if (left) drawing.append(leftOut(left, rows.bottom + 33));
  return drawing;
}

function tippingTable(data, record) {
  const order = (one) => (one.turns === true ? 0 : one.turns === null ? 1 : 2);
  const rows = [...record.figures]
    .sort((one, other) => order(one) - order(other))
    .map((one) => [
      figureName(one.path),
      withUnit(one.value, one.unit),
      `${plain(one.low)} \u2026 ${plain(one.high)}`,
      one.changes.length ? turnKind(data, one) : "\u2013",
      changeWords(one),
      one.status || "\u2013",
    ]);
  return table(
    "What turns the answer, and where",
    [
      textColumn("Figure", 24),
      numberColumn("Now"),
      numberColumn("Range"),
      textColumn("Changes"),
      textColumn("Where it turns", 34),
      textColumn("Status"),
    ],
    rows,
    { isSearched: rows.length > 12, shown: 8 },
  );
}

const FIRST_CHANGES = 2;

function changeWords(one) {
  if (one.turns === null) return "not known: its search was stopped";
  if (!one.changes.length)
    return one.turns ? one.verdict : one.is_proven ? "nowhere in its range; proven" : "nowhere that was looked at";
  const lines = one.changes.map((change) =>
    html("div", {}, `at ${changeAt(change)}: ${networkName(change.before)} \u2192 ${networkName(change.after)}`),
  );
  return lines.length <= FIRST_CHANGES + 1
    ? lines
    : [lines.slice(0, FIRST_CHANGES), details(`and ${lines.length - FIRST_CHANGES} more`, lines.slice(FIRST_CHANGES))];
}
