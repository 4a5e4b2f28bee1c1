// How the promise is kept: which share arrives within how many hours.

// A smaller share is shown as 0.0%.
const LEAST_NARROW = 0.0005;

const DASHES = ["", "7 4", "2 3", "9 3 2 3"];

/** Return the service curve of the chosen plan beside that of today, and the countries; nothing without freight. */
function serviceFigures(data, choice) {
  // Where no leg and no stream takes any time, as in most published instances, there is nothing to show.
  const takesTime = (plan) => plan.service.curves.some((curve) => curve.hours.some((hours) => hours > 0));
  if (!data.plans.some(takesTime)) return [];
  const curves = figure(
    "Time from order to door",
    () => serviceWords(data, choice.plan),
    (width) => serviceCurves(data, choice.plan, width),
    { note: "Share of the freight that has arrived after so many hours", size: "half" },
  );
  if (!data.plans.some((plan) => Object.keys(plan.service.by_country).length > 1)) return [lateSentence(data, choice), curves];
  const list = html("div");
  choice.onPlan((plan) => list.replaceChildren(...countryTable(data, plan)));
  const countries = figure(
    "Inside the deadline, by country",
    () => serviceWords(data, choice.plan),
    (width) => countryDots(data, choice.plan, width),
    { note: data.today_plan === null ? "" : "Filled: the chosen plan; hollow: today", tables: [list] },
  );
  countries.classList.add("not-on-paper");
  return [lateSentence(data, choice), curves, countries];
}

/** Return a sentence on what is late in the chosen plan, and where nothing is in time. */
function lateSentence(data, choice) {
  const line = html("p", { class: "full late" });
  choice.onPlan(({ name, service }) => {
    if (service.inside_share === null) {
      line.textContent = "";
      return;
    }
    const all = Object.entries(service.by_country);
    const none = all
      .filter(([, share]) => share < 0.0005)
      .map(([country]) => country);
    const where = none.length ? `; nothing is in time in ${none.length} of ${counted(all.length, "country", "countries")}: ${none.join(", ")}` : "";
    line.textContent = `${name}: ${percent(1 - service.inside_share)} of the freight with a deadline is late${where}.${narrowWords(service)}`;
  });
  return line;
}

/** Return how much is in time, or late, by so little that hours which are a bit off would turn it. */
function narrowWords({ inside_by_little_share: inside, late_by_little_share: late, margin_h: margin }) {
  const words = [];
  if (inside >= LEAST_NARROW) words.push(`${percent(inside)} is in time`);
  if (late >= LEAST_NARROW) words.push(`${percent(late)} late`);
  return words.length ? ` Of the freight with a deadline ${words.join(" and ")} by no more than ${plain(margin)} h.` : "";
}

function serviceWords(data, plan) {
  const { service } = plan;
  const inside =
    service.inside_share === null ? "nothing has a deadline" : `${percent(service.inside_share)} inside the deadline`;
  return `${plan.name}: ${inside}`;
}

function serviceCurves(data, plan, width) {
  const today = data.today_plan === null || data.plans[data.today_plan] === plan ? null : data.plans[data.today_plan];
  const names = plan.service.curves.map((curve) => curve.stream);
  const keys = curveKeys(plan, today, names);
  const deadlines = [
    ...d3.group(
      data.streams.filter((stream) => stream.deadline_h !== null),
      (stream) => stream.deadline_h,
    ),
  ];
  const top = keys.length * 17 + 10 + deadlines.length * 14;
  const height = top + (isOnPaper ? 190 : Math.min(300, Math.max(210, width * 0.55)));
  const [left, right, bottom] = [40, width - 8, height - 38];
  const drawing = canvas(width, height);
  const drawn = [...(today ? today.service.curves : []), ...plan.service.curves];
  const range = niceRange([...drawn.flatMap((curve) => d3.extent(curve.hours)), ...deadlines.map(([hours]) => hours)], {
    fromZero: true,
  });
  const x = linear(range, [left, right]);
  const y = linear([0, 1], [bottom, top]);
  verticalAxis(drawing, y, [0, 1], { left, right, words: (value) => percent(value, 0) });
  horizontalAxis(drawing, x, range, { top, bottom, width: right, title: "hours", words: plain });
  deadlines.forEach(([hours, streams], i) => {
    const line = top - 7 - i * 14;
    drawing.append(svg("line", { class: "deadline", x1: x(hours), x2: x(hours), y1: line + 3, y2: bottom }));
    const of = streams.length < data.streams.length ? ` (${streams.map((stream) => stream.name).join(", ")})` : "";
    const isLeft = x(hours) > width / 2;
    drawing.append(
      svg(
        "text",
        { class: "tick strong", x: x(hours) + (isLeft ? 4 : -4), y: line, "text-anchor": isLeft ? "end" : "start" },
        `promised: ${plain(hours)} h${of}`,
      ),
    );
  });
  if (today)
    for (const curve of today.service.curves)
      drawing.append(stepLine(curve, x, y, range, "curve today", names.indexOf(curve.stream)));
  plan.service.curves.forEach((curve, i) =>
    drawing.append(stepLine(curve, x, y, range, plan.is_best ? "curve best" : "curve", i)),
  );
  keys.forEach(([words, name, number], i) =>
    append(drawing, [
      svg("path", {
        class: name,
        d: `M${left} ${i * 17 + 8}h26`,
        "stroke-dasharray": DASHES[number % DASHES.length] || null,
      }),
      svg("text", { class: "row-name", x: left + 33, y: i * 17 + 12 }, fitted(words, width - left - 40)),
    ]),
  );
  return drawing;
}

function stepLine(curve, x, y, range, name, number) {
  let d = `M${x(range[0])} ${y(0)}`;
  curve.hours.forEach((hours, i) => {
    d += `H${x(hours).toFixed(1)}V${y(curve.shares[i]).toFixed(1)}`;
  });
  return svg("path", {
    class: name,
    d: `${d}H${x(range[1]).toFixed(1)}`,
    "stroke-dasharray": DASHES[Math.max(0, number) % DASHES.length] || null,
  });
}

/** Return the legend of the curves: words, class, and which dashes. */
function curveKeys(plan, today, names) {
  const keys = names.map((name, i) => [
    names.length > 1 ? `${plan.name}: ${name}` : plan.name,
    plan.is_best ? "curve best" : "curve",
    i,
  ]);
  if (today) keys.push([`Today: ${today.name}`, "curve today", 0]);
  return keys;
}

/** Draw the share inside the deadline by country, with the step from today. */
function countryDots(data, plan, width) {
  const today = data.today_plan === null ? plan : data.plans[data.today_plan];
  const shares = Object.entries(plan.service.by_country).sort((one, other) => other[1] - one[1]);
  const row = 15;
  const left = 12 + d3.max(shares, ([country]) => textWidth(fitted(country, 110)));
  const bottom = shares.length * row + 6;
  const drawing = canvas(width, bottom + 20);
  const scale = linear([0, 1], [left, width - 10]);
  horizontalAxis(drawing, scale, [0, 1], { top: 0, bottom, width, words: (value) => percent(value, 0), ticks: 5 });
  shares.forEach(([country, share], i) => {
    const y = 10 + i * row;
    const before = today.service.by_country[country];
    drawing.append(svg("text", { class: "tick", x: 0, y: y + 4 }, fitted(country, 110)));
    if (before !== undefined && before !== share) {
      drawing.append(svg("line", { class: "range", x1: scale(before), x2: scale(share), y1: y, y2: y }));
      drawing.append(svg("circle", { class: "dot before", cx: scale(before), cy: y, r: 4.6 }));
    }
    drawing.append(
      svg(
        "circle",
        { class: plan.is_best ? "dot best" : "dot", cx: scale(share), cy: y, r: 5.2 },
        svg("title", {}, `${country}: ${percent(share)}${before === undefined ? "" : `, today ${percent(before)}`}`),
      ),
    );
  });
  return drawing;
}

function countryTable(data, plan) {
  const today = data.today_plan === null ? null : data.plans[data.today_plan];
  const isCompared = today !== null && today !== plan;
  const rows = Object.entries(plan.service.by_country)
    .sort((one, other) => one[1] - other[1])
    .map(([country, share]) => {
      const row = [country, percent(share, 0)];
      if (isCompared) row.push(percent(today.service.by_country[country], 0));
      return row;
    });
  if (!rows.length) return [];
  const columns = [textColumn("Country"), numberColumn("Inside")];
  if (isCompared) columns.push(numberColumn("Today"));
  return [
    table(`Share inside the deadline by country, the least first: ${plan.name}`, columns, rows, {
      shown: 9,
      printed: 6,
    }),
  ];
}
