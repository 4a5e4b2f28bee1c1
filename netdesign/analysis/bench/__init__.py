"""Published optima: rows of a table solved one after another and held against the literature."""
