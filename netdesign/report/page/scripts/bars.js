// Charts of bars: rows with a name, a value and a bar.

/** Return the path of a figure, cut at its beginning: its end says what it is. */
function fittedPath(text, width) {
  if (textWidth(text) <= width) return text;
  const letters = [...text];
  while (letters.length > 1 && textWidth(`\u2026${letters.join("")}`) > width) letters.shift();
  return `\u2026${letters.join("")}`;
}

const PAPER_ROW = 20;

/**
 * Return where the rows of a chart of bars lie: `label(i)`, `barY(i)`, `left` and `right` of the bars, and `bottom`.
 *
 * An entry is { name, value, isBest, isPath }. Its name stands over its bar; on paper beside it, to save room.
 */
function barRows(width, entries, { row = 34, share = 0.42 } = {}) {
  const height = isOnPaper ? PAPER_ROW : row;
  const left = isOnPaper ? width * share : 0;
  const valueRoom = (entry) => textWidth(entry.value || "", 12, entry.isBest ? 600 : 400) + 10;
  const label = (i) => {
    const { name, value, isBest, isPath } = entries[i];
    const weight = isBest ? 600 : 400;
    const y = i * height + 13;
    const room = isOnPaper ? left - 8 : width - (value ? valueRoom(entries[i]) : 0);
    const style = (stem) => `${stem} halo${isBest ? " best" : ""}`;
    return [
      svg(
        "text",
        { class: style("row-name"), x: 0, y },
        svg("title", {}, name),
        isPath ? fittedPath(name, room) : fitted(name, room, 12, weight),
      ),
      value ? svg("text", { class: style("row-value"), x: width, y, "text-anchor": "end" }, value) : null,
    ];
  };
  return {
    left,
    right: isOnPaper ? width - d3.max(entries, valueRoom) : width,
    bottom: entries.length * height + 2,
    label,
    barY: (i) => i * height + (isOnPaper ? 4 : 18),
  };
}

/** Draw the axis under the rows of a chart, and return the scale of their bars, which ends so far inside. */
function axisUnder(drawing, rows, range, words, inset = 0) {
  const scale = linear(range, [rows.left + inset, rows.right - inset]);
  horizontalAxis(drawing, scale, range, { top: 0, bottom: rows.bottom, width: rows.right, words });
  return scale;
}

/** Draw one bar an entry, { name, value, isBest, amount }, from zero. */
function barsFromZero(width, entries, range, wordsFor) {
  const rows = barRows(width, entries);
  const drawing = canvas(width, rows.bottom + 20);
  const scale = axisUnder(drawing, rows, range, wordsFor(range));
  entries.forEach((entry, i) =>
    append(drawing, [
      rows.label(i),
      svg("rect", {
        class: entry.isBest ? "bar best" : "bar",
        x: scale(0),
        y: rows.barY(i),
        width: Math.max(1, scale(entry.amount) - scale(0)),
        height: 10,
      }),
    ]),
  );
  return drawing;
}
