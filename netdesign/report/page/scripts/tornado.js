// What would turn the answer: each figure over its range.

const MOST_FIGURES = 12;

/** Return the section of a result of tipping points. */
function tippingSection(data, record) {
  const unit = data.objective_unit;
  const spread = record.figures.filter((one) => one.objective_low !== null && one.objective_high !== null);
  const parts = [];
  if (spread.length) {
    parts.push(figure("What the best network costs at the ends of each range", `${counted(spread.length, "figure")}, the widest first`,
      (width) => tornado(spread, record.objective, unit, width),
      { note: `${axisUnit(unit)}; dark at the low end, pale at the high end; \u25c6 where another network becomes the best`, size: "half" }));
  }
  parts.push(html("div", { class: spread.length ? "half" : "full" }, tippingTable(record)));
  if (record.grid) parts.push(gridBlock(record.grid));
  return section(record.title, sentences(record.sentences), html("div", { class: "grid" }, parts),
    record.left_out.length ? html("p", { class: "note" }, `Not looked at: ${record.left_out.join(", ")}`) : null);
}

function spreadOf(one) {
  return Math.abs(one.objective_high - one.objective_low);
}

function tornado(spread, present, unit, width) {
  const shown = [...spread].sort((one, other) => (other.turns === true) - (one.turns === true) || spreadOf(other) - spreadOf(one)).slice(0, MOST_FIGURES);
  const row = 36;
  const bottom = shown.length * row + 2;
  const left = spread.length - shown.length;
  const drawing = canvas(width, bottom + 36 + (left ? 18 : 0));
  const range = niceRange([...shown.flatMap((one) => [one.objective_low, one.objective_high]), present], { ticks: 4 });
  const scale = linear(range, [6, width - 6]);
  horizontalAxis(drawing, scale, range, { top: 0, bottom, width, words: axisWords(unit, range) });
  shown.forEach((one, i) => append(drawing, tornadoRow(one, i * row, present, scale, width)));
  if (present !== null) drawing.append(svg("line", { class: "zero", x1: scale(present), x2: scale(present), y1: 0, y2: bottom }));
  if (left) drawing.append(svg("text", { class: "tick", x: 0, y: bottom + 50 }, `${left} more in the table`));
  return drawing;
}

function tornadoRow(one, y, present, scale, width) {
  const middle = present === null ? (one.objective_low + one.objective_high) / 2 : present;
  const bar = (value, name) => svg("rect", { class: `bar ${name}`, x: Math.min(scale(value), scale(middle)), y: y + 18, width: Math.max(1, Math.abs(scale(value) - scale(middle))), height: 11 });
  const marks = one.changes.map((change) => {
    const at = objectiveAt(one, (change.at_least + change.at_most) / 2, middle);
    return svg("path", { class: "turn", d: "M0 -6L5 0L0 6L-5 0Z", transform: translate([scale(at), y + 23.5]) },
      svg("title", {}, `${networkName(change.before)} until ${withUnit(change.at_most, one.unit)}, then ${networkName(change.after)}`));
  });
  return [rowName(one.path, 0, y + 13, width, { isBest: one.turns === true, value: `${plain(one.low)} to ${withUnit(one.high, one.unit)}` }),
    bar(one.objective_low, "low"), bar(one.objective_high, "high"), marks];
}

/** Return the objective at a value, between the values that were solved. */
function objectiveAt(one, value, present) {
  const known = one.points.filter((point) => point.objective !== null).map((point) => [point.value, point.objective]);
  if (known.length < 2) known.push([one.low, one.objective_low], [one.value, present], [one.high, one.objective_high]);
  known.sort((a, b) => a[0] - b[0]);
  const after = known.findIndex(([at]) => at >= value);
  if (after <= 0) return known[after < 0 ? known.length - 1 : 0][1];
  return linear([known[after - 1][0], known[after][0]], [known[after - 1][1], known[after][1]])(value);
}

function tippingTable(record) {
  const order = (one) => (one.turns === true ? 0 : one.turns === null ? 1 : 2);
  const rows = [...record.figures].sort((one, other) => order(one) - order(other)).map((one) => [
    one.path, withUnit(one.value, one.unit), `${plain(one.low)} \u2026 ${plain(one.high)}`, changeWords(one), one.status || "\u2013",
  ]);
  return table("What turns the answer, and where", [textColumn("Figure"), numberColumn("Now"), numberColumn("Range"), textColumn("Where it turns"), textColumn("Status")], rows, { isSearched: rows.length > 12, shown: 10 });
}

function changeWords(one) {
  if (one.turns === null) return "not known: its search was stopped";
  if (!one.changes.length) return one.turns ? one.verdict : one.is_proven ? "nowhere in its range; proven" : "nowhere that was looked at";
  return one.changes.map((change) => {
    const at = change.at_least === change.at_most ? plain(change.at_most) : `${plain(change.at_least)} \u2026 ${plain(change.at_most)}`;
    return `at ${at}: ${networkName(change.before)} \u2192 ${networkName(change.after)}`;
  }).join("; ");
}
