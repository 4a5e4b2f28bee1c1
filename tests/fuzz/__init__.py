"""Mutants of sound inputs, run through the command line: ``python -m tests.fuzz --help``."""
