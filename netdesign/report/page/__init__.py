"""The page of a result: one HTML file with the data of its map, charts and tables in it."""
