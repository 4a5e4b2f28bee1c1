// The switch between plans, and what the chosen one is in figures.

const MOST_BUTTONS = 12;
const GROUP_TITLES = { alternative: "Or one near the best", year: "Year" };

/** Return what knows the chosen plan and tells others when it is another one. */
function planChoice(data) {
  const listeners = [];
  const asked = /^#plan=(\d+)$/.exec(location.hash);
  const choice = {
    index: asked && data.plans[Number(asked[1])] ? Number(asked[1]) : data.first_plan,
    get plan() {
      return data.plans[choice.index];
    },
    onPlan(listener) {
      listeners.push(listener);
    },
    choose(index) {
      choice.index = index;
      for (const listener of listeners) listener(choice.plan);
    },
    begin() {
      choice.choose(choice.index);
    },
  };
  return choice;
}

/** Return the switch: a button for each number of hubs, own set and year, and a list of the networks near the best. */
function planSwitch(data, choice) {
  const name = newId("plan");
  const buttons = html("div", { class: "switch", role: "radiogroup", "aria-label": "Plan that is shown" });
  const isMany = data.plans.filter((plan) => plan.group === "year").length > MOST_BUTTONS;
  const isListed = (plan) => plan.group === "alternative" || (plan.group === "year" && isMany);
  const listed = [];
  data.plans.forEach((plan, index) => {
    if (isListed(plan)) listed.push(index);
    else buttons.append(planButton(plan, index, name, choice));
  });
  const list = listed.length ? planList(data, listed, choice) : null;
  choice.onPlan(() => {
    for (const input of buttons.querySelectorAll("input")) input.checked = Number(input.value) === choice.index;
    if (list) list.querySelector("select").value = listed.includes(choice.index) ? String(choice.index) : "";
  });
  const left = data.plans_left_out;
  const noun = data.plans.some((plan) => plan.group === "year") ? "year" : "network";
  const note = left ? html("p", { class: "note" }, `${counted(left, noun)} more in the tables only.`) : null;
  return html("div", { class: "switches" }, buttons.childElementCount ? buttons : null, list, note);
}

function planButton(plan, index, name, choice) {
  const id = newId("plan-button");
  const label = plan.group === "own" && plan.label === plan.name ? "Also compared" : plan.label;
  return html(
    "div",
    { class: plan.is_best ? "option best" : "option" },
    html("input", { type: "radio", id, name, value: index, change: () => choice.choose(index) }),
    html(
      "label",
      { for: id },
      html("span", { class: "option-label" }, label),
      plan.name === label ? null : html("span", { class: "option-name" }, plan.name),
    ),
  );
}

function planList(data, listed, choice) {
  const id = newId("plan-list");
  const title = GROUP_TITLES[data.plans[listed[0]].group];
  return html(
    "p",
    { class: "plan-list" },
    html("label", { for: id }, `${title} `),
    html(
      "select",
      { id, change: (event) => event.target.value && choice.choose(Number(event.target.value)) },
      html("option", { value: "" }, "\u2013"),
      listed.map((index) => html("option", { value: index }, listName(data.plans[index]))),
    ),
  );
}

function listName(plan) {
  return plan.group === "alternative" || plan.label === plan.name ? plan.name : `${plan.label}: ${plan.name}`;
}

/** Return what the best plan is called: nothing is recommended while a better one may exist. */
function bestWords(data) {
  return data.verdict.is_proven ? "Recommended" : "Best found so far";
}

/** Return the chosen plan in words and figures. */
function planPanel(data, places, choice) {
  const panel = html("div", { class: "panel" });
  choice.onPlan((plan) =>
    panel.replaceChildren(
      ...append(html("div"), [
        html("h3", { class: plan.is_best ? "plan-name best" : "plan-name" }, plan.name),
        plan.is_best ? html("p", { class: "badge" }, bestWords(data)) : null,
        plan.note ? html("p", { class: "note" }, plan.note) : null,
        html(
          "dl",
          { class: "figures" },
          planFigures(data, plan).map(([term, value]) => [html("dt", {}, term), html("dd", {}, value)]),
        ),
        hubTable(places, plan),
      ]).childNodes,
    ),
  );
  return panel;
}

function planFigures(data, plan) {
  const { service } = plan;
  const isMoney = data.objective_unit.startsWith("EUR");
  const rows = [["Cost", `${money(plan.cost_eur_per_year)} a year`]];
  if (!isMoney) rows.unshift(["Objective", objectiveText(plan.objective, data.objective_unit)]);
  const today = data.today_plan === null ? null : data.plans[data.today_plan];
  if (today && today !== plan && plan.group !== "year")
    rows.push(["Against today", moneyDifference(plan.cost_eur_per_year - today.cost_eur_per_year)]);
  if (plan.more_than_best !== null && !plan.is_best)
    rows.push(["Against the best", objectiveDifference(plan.more_than_best, data.objective_unit)]);
  if (plan.bound !== null && plan.gap > LEAST_GAP) rows.push(["Proven bound", objectiveText(plan.bound, data.objective_unit)]);
  if (service.inside_share !== null) rows.push(["Inside the deadline", percent(service.inside_share)]);
  if (service.mean_h !== null) rows.push(["Order to door, mean", `${grouped(service.mean_h, 1)} h`]);
  if (service.mean_wait_h) rows.push(["of it waiting", `${grouped(service.mean_wait_h, 1)} h`]);
  if (plan.co2e_t_per_year) rows.push(["CO\u2082e", `${whole(plan.co2e_t_per_year)} t/year`]);
  for (const load of plan.vehicle_loads) {
    rows.push([
      data.vehicles[load.vehicle].id,
      `${departuresText(load.departures_per_day)} a day, ${percent(load.fill, 0)} full`,
    ]);
  }
  return rows;
}

function hubTable(places, plan) {
  const rows = plan.hubs.map((hub) => [
    [
      places.title(hub.place),
      hub.is_new ? html("span", { class: "tag" }, "new") : null,
      hub.is_centre ? html("span", { class: "tag" }, "centre") : null,
    ],
    whole(hub.handled_t_per_year),
    whole(citiesOf(plan, hub.place)),
  ]);
  return table("Open hubs", [textColumn("Hub"), numberColumn("t/year"), numberColumn("Cities")], rows, { shown: 8 });
}
