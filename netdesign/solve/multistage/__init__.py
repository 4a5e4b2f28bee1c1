"""Engines for decisions over years and scenarios."""
