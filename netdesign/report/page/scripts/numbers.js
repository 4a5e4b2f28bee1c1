// Numbers with their units, as the sentences of netdesign write them.

const MINUS = "\u2212";

function grouped(value, digits) {
  const text = Math.abs(value).toLocaleString("en-GB", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  const isZero = Number(text.replace(/,/g, "")) === 0;
  return value < 0 && !isZero ? MINUS + text : text;
}

/** Return a number with about four digits, and no more decimals than it needs. */
function plain(value) {
  if (value === null || value === undefined) return "\u2013";
  const size = Math.abs(value);
  if (Number.isInteger(value) || size >= 1000) return grouped(value, 0);
  const digits = size === 0 ? 0 : Math.max(0, Math.min(6, 3 - Math.floor(Math.log10(size))));
  return grouped(Number(value.toFixed(digits)), digits)
    .replace(/(\.\d*?)0+$/, "$1")
    .replace(/\.$/, "");
}

/** Return a whole number; a share of one is "under 1". */
function whole(value) {
  if (value === null || value === undefined) return "\u2013";
  return value > 0 && value < 0.5 ? "under 1" : grouped(value, 0);
}

/** Return an amount of money; from 100,000 on in millions. */
function money(value) {
  if (value === null || value === undefined) return "\u2013";
  if (Math.abs(value) >= 1e5) return `EUR ${grouped(value / 1e6, 2)} m`;
  return `EUR ${grouped(value, Number.isInteger(value) || Math.abs(value) >= 1000 ? 0 : 2)}`;
}

/** Return a difference of money with its sign. */
function moneyDifference(value) {
  if (value === null || value === undefined) return "\u2013";
  const sign = value > 0 ? "+" : value < 0 ? MINUS : "";
  return sign + money(Math.abs(value));
}

// In what columns and axes of money are, and with how many decimals: one for the whole page, by its largest cost.
const AMOUNTS = [
  { least: 2e6, factor: 1e6, words: "EUR million", digits: 2 },
  { least: 2e3, factor: 1e3, words: "EUR thousand", digits: 1 },
  { least: 0, factor: 1, words: "EUR", digits: 2 },
];
let amounts = AMOUNTS[0];

/** Choose what columns and axes of money are in. */
function chooseAmounts(data) {
  const largest = Math.max(0, ...data.plans.map((plan) => Math.abs(plan.cost_eur_per_year)));
  if (largest > 0) amounts = AMOUNTS.find(({ least }) => largest >= least);
}

/** Return money for a column whose heading says what it is in. */
function inAmounts(value) {
  return value === null || value === undefined ? "\u2013" : grouped(value / amounts.factor, amounts.digits);
}

/** Return a difference for such a column, with its sign. */
function amountDifference(value) {
  const text = inAmounts(value);
  return value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

/** Return a share as per cent. */
function percent(share, digits = 1) {
  return share === null || share === undefined ? "\u2013" : `${grouped(share * 100, digits)}%`;
}

/** Return a value of the objective, whose unit the page states. */
function objectiveText(value, unit) {
  if (value === null || value === undefined) return "\u2013";
  if (unit.startsWith("EUR")) return money(value) + moneyUnit(unit);
  return `${plain(value)} ${unit}`;
}

/** Return what is said after an amount: a year, or of which year it is. */
function moneyUnit(unit) {
  return unit === "EUR/year" ? " a year" : unit.slice("EUR".length);
}

/** Return a difference of objectives with its sign. */
function objectiveDifference(value, unit) {
  if (value === null || value === undefined) return "\u2013";
  if (value === 0) return "just as good";
  if (unit.startsWith("EUR")) return moneyDifference(value) + moneyUnit(unit);
  return `${value > 0 ? "+" : ""}${plain(value)} ${unit}`;
}

/** Return a value with its unit; a pure number has none. */
function withUnit(value, unit) {
  if (value === null || value === undefined) return "\u2013";
  if (unit && unit.startsWith("1/")) return `${plain(value)} a ${unit.slice(2)}`;
  return unit && unit !== "1" ? `${plain(value)} ${unit}` : plain(value);
}

/** Return hubs as the name of their network. */
function networkName(hubs) {
  return hubs.length ? hubs.join(" + ") : "no network";
}

/** Return `1 hub`, `2 hubs`. */
function counted(number, noun, plural) {
  return `${grouped(number, 0)} ${number === 1 ? noun : plural || `${noun}s`}`;
}
