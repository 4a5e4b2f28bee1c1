// What else may be decided first, over years.

/** Return the section of first decisions. */
function firstDecisionsSection(record) {
  const shown = record.decisions.slice(0, MOST_BARS);
  const parts = [];
  if (shown.length) {
    parts.push(
      figure(
        "What each first decision costs more",
        shown.map((one) => `${one.words}: ${moneyDifference(one.difference)}`).join("; "),
        (width) =>
          nearBars(
            { networks: shown.map((one) => ({ hubs: [one.words], difference: one.difference || 0 })), diverse: [] },
            "EUR",
            width,
          ),
        { note: `${amounts.words} of the first year` },
      ),
    );
  }
  parts.push(
    html(
      "div",
      { class: "half" },
      table(
        "First decisions near the best",
        [textColumn("First"), numberColumn(amounts.words), numberColumn("More")],
        record.decisions.map((one) => [one.words, inAmounts(one.objective), amountDifference(one.difference)]),
      ),
    ),
  );
  if (record.condition) {
    const { condition } = record;
    parts.push(
      html(
        "div",
        { class: "full" },
        table(
          "With these orders first, and without those",
          [textColumn("Orders at"), textColumn("Not at"), textColumn("Best"), numberColumn(`More, ${amounts.words}`)],
          [
            [
              condition.ordered_at.join(", ") || "\u2013",
              condition.not_ordered_at.join(", ") || "\u2013",
              condition.words,
              amountDifference(condition.difference),
            ],
          ],
        ),
      ),
    );
  }
  return section(record.title, sentences(record.sentences), html("div", { class: "grid" }, parts));
}
