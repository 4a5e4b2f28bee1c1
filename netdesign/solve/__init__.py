"""Limits, engines, result; the only place that touches HiGHS."""
