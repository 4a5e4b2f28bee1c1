"""Multiple allocation with chosen hub links: sets of hubs bounded with all links, and the best links of a set."""
