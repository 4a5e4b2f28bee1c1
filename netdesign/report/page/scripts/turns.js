// What turns the answer, in words: another number of hubs, or only other sites.

function isOverYears(data) {
  return data.objective_unit.startsWith("EUR of");
}

const PRINTED_TURNS = 4;

/** Return what changes the number of hubs, each with its values, and what changes only which sites. */
function turnSentences(data, record, turning) {
  const inNumber = turning.filter(numberTurn);
  const inSites = turning.filter((one) => !numberTurn(one));
  const all = counted(record.figures.length, "figure");
  const items = (some) =>
    html(
      "ul",
      {},
      some.map((one, i) => html("li", { class: i < PRINTED_TURNS ? null : "not-on-paper" }, turnItem(data, one))),
      some.length > PRINTED_TURNS
        ? html("li", { class: "only-on-paper" }, `and ${some.length - PRINTED_TURNS} more, in the file`)
        : null,
    );
  const parts = [
    inNumber.length
      ? html("p", {}, `Of ${all} over their ranges, ${changing(inNumber)} the number of hubs:`)
      : html("p", {}, `Of ${all} over their ranges, none changes the number of hubs.`),
    inNumber.length ? items(inNumber) : null,
  ];
  if (inSites.length) {
    parts.push(html("p", {}, `${changing(inSites)} only which sites:`));
    parts.push(items(inSites));
  }
  const open = record.figures.filter((one) => one.turns === null).length;
  if (open) parts.push(html("p", {}, `Not known of ${counted(open, "figure")}: the search was stopped.`));
  return parts;
}

function changing(figures) {
  return figures.length === 1 ? "1 changes" : `${grouped(figures.length, 0)} change`;
}

function turnItem(data, one) {
  const nearest = nearestTurn(one).change;
  const { change } = numberTurn(one) || nearestTurn(one);
  const { hubs } = beyond(one, change);
  const then = hubs.length ? networkName(hubs) : "none is feasible";
  const number = numberTurn(one) && hubs.length ? `${counted(hubs.length, "hub")}, ` : "";
  const near = isNearlyEqual(data, hubs) ? "; nearly equal at the present figures" : "";
  const sooner =
    nearest.at_least === change.at_least ? "" : `; other sites already ${valuesBeyond(one, nearest)}`;
  return [
    figureName(one.path),
    `: ${valuesBeyond(one, change)} (now ${plain(one.value)}): ${number}${then}${near}${sooner}`,
  ];
}

/** Return the values beyond a change: those that are solved, or all where it is known to the digit. */
function valuesBeyond(one, change) {
  const { isOver } = beyond(one, change);
  const value = withUnit(isOver ? change.at_most : change.at_least, one.unit);
  if (change.at_least === change.at_most) return `${isOver ? "over" : "under"} ${value}`;
  return isOver ? `from ${value} on` : `up to ${value}`;
}

/** Return on which side of the present value a change is, and which network is best beyond it. */
function beyond(one, change) {
  const isOver = change.at_most > one.value;
  return { isOver, hubs: isOver ? change.after : change.before };
}

/** Return the nearest change to another number of hubs, or to none that is feasible; null without any. */
function numberTurn(one) {
  const changes = one.changes.filter((change) => change.before.length !== change.after.length);
  return changes.length ? nearestTurn({ ...one, changes }) : null;
}

const NEARLY_EQUAL = 0.001;

/** Return whether a network costs at the present figures what the best costs, but for a thousandth. */
function isNearlyEqual(data, hubs) {
  const name = networkName(hubs);
  const near = data.evidence.filter((one) => one.kind === "alternatives").flatMap((one) => one.networks);
  const more = [
    ...data.plans.filter((plan) => plan.name === name && plan.is_permitted).map((plan) => plan.more_than_best),
    ...near.filter((one) => networkName(one.hubs) === name).map((one) => one.difference),
  ];
  const least = Math.abs(data.verdict.objective) * NEARLY_EQUAL;
  return more.some((value) => value !== null && Math.abs(value) <= least);
}

/** Return what changes at the nearest turn, in a word or two. */
function turnKind(data, one) {
  if (isOverYears(data)) return "what comes first";
  const turn = numberTurn(one);
  if (!turn) return isNearlyEqual(data, beyond(one, nearestTurn(one).change).hubs) ? "sites, nearly equal" : "sites";
  const { hubs } = beyond(one, turn.change);
  return hubs.length ? counted(hubs.length, "hub") : "none is feasible";
}
