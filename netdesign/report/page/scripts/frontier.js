// What speed and carbon cost: points that nothing beats in all measures at once.

/** Return the section of a frontier. */
function frontierSection(record, choice) {
  const parts = [];
  const withTime = record.points.some((point) => point.inside_share !== null);
  if (withTime)
    parts.push(frontierChart(record, "Cost and speed", (point) => point.inside_share * 100, "% inside the deadline"));
  if (record.measures.includes("carbon"))
    parts.push(
      frontierChart(record, "Cost and carbon", (point) => point.co2e_t_per_year / 1000, "thousand t CO\u2082e a year"),
    );
  parts.push(html("div", { class: "full not-on-paper" }, frontierTable(record, choice, withTime)));
  return section(
    record.title,
    sentences(record.sentences),
    html("div", { class: "grid" }, parts),
    record.left_out ? html("p", { class: "note" }, `${counted(record.left_out, "point")} left out.`) : null,
  );
}

function frontierChart(record, title, across, axis) {
  const least = d3.min(record.points, (point) => point.cost_eur_per_year);
  return figure(
    title,
    `${counted(record.points.length, "point")}; the cheapest costs ${money(least)} a year`,
    (width) => scatter(record.points, across, axis, width),
    { note: `${amounts.words} a year; filled where proven, hollow where a better one may exist` },
  );
}

function scatter(points, across, axis, width) {
  const numbers = [...new Set(points.map((point) => point.hubs.length))].sort((a, b) => a - b);
  const keyHeight = numbers.length > 1 ? 20 : 0;
  const height = keyHeight + (isOnPaper ? 200 : Math.min(320, Math.max(220, width * 0.6)));
  const [left, right, top, bottom] = [46, width - 10, keyHeight + 10, height - 38];
  const drawing = canvas(width, height);
  const xRange = niceRange(points.map(across));
  const yRange = niceRange(points.map((point) => point.cost_eur_per_year));
  const x = linear(xRange, [left, right]);
  const y = linear(yRange, [bottom, top]);
  verticalAxis(drawing, y, yRange, { left, right, words: axisWords("EUR", yRange) });
  horizontalAxis(drawing, x, xRange, { top, bottom, width: right, title: axis });
  const least = points.reduce(
    (one, other) => (other.cost_eur_per_year < one.cost_eur_per_year ? other : one),
    points[0],
  );
  for (const point of points) {
    const look = lookOf(numbers.indexOf(point.hubs.length));
    drawing.append(
      svg(
        "path",
        {
          d: shapePath(look.shape, 58),
          transform: translate([x(across(point)), y(point.cost_eur_per_year)]),
          fill: point.is_proven ? look.colour : "#fff",
          stroke: look.colour,
          "stroke-width": 1.5,
        },
        svg(
          "title",
          {},
          `${networkName(point.hubs)}: ${money(point.cost_eur_per_year)} a year, ${grouped(across(point), 1)} ${axis}`,
        ),
      ),
    );
  }
  if (least) {
    const isRight = x(across(least)) > width / 2;
    drawing.append(svg("circle", { class: "chosen", r: 8, cx: x(across(least)), cy: y(least.cost_eur_per_year) }));
    drawing.append(
      svg(
        "text",
        {
          class: "row-name best halo",
          x: x(across(least)) + (isRight ? -12 : 12),
          y: y(least.cost_eur_per_year) - 9,
          "text-anchor": isRight ? "end" : "start",
        },
        fitted(networkName(least.hubs), width / 2),
      ),
    );
  }
  if (keyHeight)
    numbers.forEach((number, i) => {
      const look = lookOf(i);
      drawing.append(
        svg("path", { d: shapePath(look.shape, 50), transform: translate([left + 5 + i * 72, 8]), fill: look.colour }),
      );
      drawing.append(svg("text", { class: "tick", x: left + 14 + i * 72, y: 12 }, counted(number, "hub")));
    });
  return drawing;
}

function frontierTable(record, choice, withTime) {
  const columns = [textColumn("Network"), numberColumn(`${amounts.words} a year`), numberColumn("More than the best")];
  if (withTime) columns.push(numberColumn("Inside"));
  columns.push(
    numberColumn("Late, t/year"),
    numberColumn("CO\u2082e, t/year"),
    numberColumn("EUR a point of service"),
    numberColumn("EUR a t CO\u2082e"),
    textColumn("Proven"),
  );
  const rows = record.points.map((point) => [
    planLink(point, choice),
    inAmounts(point.cost_eur_per_year),
    amountDifference(point.more_than_best_eur_per_year),
    ...(withTime ? [percent(point.inside_share)] : []),
    whole(point.late_t_per_year),
    whole(point.co2e_t_per_year),
    whole(point.eur_per_service_point),
    whole(point.eur_per_t_co2e),
    point.is_proven ? "yes" : "no",
  ]);
  return table("Points that no other beats", columns, rows, { shown: 10, printed: 4 });
}
