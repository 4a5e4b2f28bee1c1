"""Models, graphs and plans in the formats of other programs."""
