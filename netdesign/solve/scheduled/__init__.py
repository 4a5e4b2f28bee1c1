"""Vehicles that leave, where each city has one hub each way: choices on city legs, bounds and programs of sets."""
