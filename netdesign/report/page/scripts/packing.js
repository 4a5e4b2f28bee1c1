// The data as they stand in the file: columns in which values repeat are written in runs.

/** Return data with all columns in full. */
function unpacked(data) {
  if (data === null || typeof data !== "object") return data;
  if (Array.isArray(data)) {
    // Columns are of one kind of value, and those of the page are thousands of numbers.
    return typeof data[0] === "object" ? data.map(unpacked) : data;
  }
  if (Array.isArray(data.runs)) return data.runs.flatMap(([value, times]) => Array(times).fill(value));
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, unpacked(value)]));
}
