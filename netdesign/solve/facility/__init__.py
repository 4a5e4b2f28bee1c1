"""Decomposition for facility location: one hub a route, with capacities or without."""
