// Why there is no plan: which policies clash, and how far each has to give.

/** Return the section of an explanation. */
function explanationSection(record) {
  const clashes = record.clashes.map((clash, i) =>
    html(
      "div",
      { class: "full" },
      html(
        "h3",
        {},
        `${clash.is_least ? "These clash" : "These clash, perhaps fewer of them"}: ${clash.policies.join(", ")}`,
      ),
      clash.figures.length
        ? table(
            `How far each figure of clash ${i + 1} has to give`,
            [
              textColumn("Policy"),
              textColumn("What"),
              numberColumn("Asked"),
              numberColumn("A plan has"),
              numberColumn("None has"),
              textColumn("With"),
            ],
            clash.figures.map((one) => [
              one.policy,
              [one.what, one.subject].filter(Boolean).join(" "),
              withUnit(one.asked, one.unit),
              withUnit(one.value, one.unit),
              withUnit(one.refused, one.unit),
              one.hubs.length ? networkName(one.hubs) : "\u2013",
            ]),
          )
        : null,
    ),
  );
  const enough = record.enough.length
    ? html(
        "div",
        { class: "full" },
        html("h3", {}, "It is enough to give up"),
        html(
          "ul",
          {},
          record.enough.map((policies) => html("li", {}, policies.join(" and "))),
        ),
      )
    : null;
  return section(record.title, sentences(record.sentences), html("div", { class: "grid" }, clashes, enough));
}
