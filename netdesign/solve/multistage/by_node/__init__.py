"""Decomposition by node of the scenario tree: hubs and modules in a master, the freight of each year in cuts."""
