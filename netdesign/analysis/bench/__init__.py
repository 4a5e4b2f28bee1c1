"""Solve published instances and compare with the literature."""
