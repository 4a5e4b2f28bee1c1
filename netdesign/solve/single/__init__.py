"""Decomposition where each city has one hub."""
