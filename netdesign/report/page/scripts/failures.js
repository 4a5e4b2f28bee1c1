// What becomes of networks when a part of them is out.

/** Return the section of a result of failures. */
function failuresSection(data, record, choice) {
  const known = record.networks.filter((network) => network.expected_cost_eur_per_year !== null);
  const worst = record.networks
    .flatMap((network) => network.outages.map((outage) => ({ network, outage })))
    .filter(({ outage }) => outage.cost_eur !== null)
    .sort(
      (one, other) =>
        isOfBest(data, other.network) - isOfBest(data, one.network) || other.outage.cost_eur - one.outage.cost_eur,
    );
  const parts = [];
  if (known.length) {
    parts.push(
      figure(
        "Cost a year, with the failures to be expected",
        known.map((network) => `${networkName(network.hubs)}: ${money(network.expected_cost_eur_per_year)}`).join("; "),
        (width) => failureBars(known, record.best, width),
        { note: `${amounts.words} a year that failures of ${plain(record.days)} days add` },
      ),
    );
  }
  parts.push(html("div", { class: known.length ? "half not-on-paper" : "full" }, networkFailureTable(record, choice)));
  if (worst.length) parts.push(html("div", { class: "full" }, outageTable(worst)));
  return section(record.title, sentences(record.sentences), html("div", { class: "grid" }, parts));
}

/** Return whether a network is the one that the page recommends. */
function isOfBest(data, network) {
  return data.plans.some((plan) => plan.is_best && plan.name === networkName(network.hubs));
}

function failureBars(all, best, width) {
  const networks = all.slice(0, mostRows(MOST_BARS, 6));
  const isBest = (network) => best !== null && networkName(best) === networkName(network.hubs);
  const added = networks.map((network) => network.failure_cost_eur_per_year || 0);
  return barsFromZero(
    width,
    networks.map((network, i) => ({
      name: networkName(network.hubs),
      value: moneyDifference(added[i]),
      isBest: isBest(network),
      amount: added[i],
    })),
    niceRange(added, { fromZero: true }),
    (range) => axisWords("EUR", range),
  );
}

function networkFailureTable(record, choice) {
  const best =
    record.best === null
      ? -1
      : record.networks.findIndex((network) => networkName(network.hubs) === networkName(record.best));
  const rows = record.networks.map((network) => [
    planLink(network, choice),
    objectiveText(network.objective, "EUR").replace(/^EUR /, ""),
    moneyBetween(network),
  ]);
  return table(
    "Networks with their failures",
    [textColumn("Network"), numberColumn("EUR a year"), numberColumn("With failures")],
    rows,
    { marked: best },
  );
}

function moneyBetween(network) {
  if (network.expected_cost_eur_per_year !== null)
    return money(network.expected_cost_eur_per_year).replace(/^EUR /, "");
  const most = network.expected_at_most_eur_per_year;
  return `at least ${money(network.expected_at_least_eur_per_year)}${most === null ? "" : `, at most ${money(most)}`}`;
}

function outageTable(worst) {
  const rows = worst.map(({ network, outage }) => [
    outage.out.join(" \u2013 "),
    outage.kind,
    networkName(network.hubs),
    money(outage.cost_eur).replace(/^EUR /, ""),
    plain(outage.per_year),
    whole(outage.not_served_t),
    whole(outage.late_t),
  ]);
  return table(
    "Single failures of the best network, then of others",
    [
      textColumn("What is out"),
      textColumn("Kind"),
      textColumn("Network"),
      numberColumn("EUR each time"),
      numberColumn("Times a year"),
      numberColumn("Not served, t"),
      numberColumn("Late, t"),
    ],
    rows,
    { shown: 8, printed: 4 },
  );
}
