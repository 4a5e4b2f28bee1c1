"""Readers of published formats: each turns a file of the literature into the document of an instance."""
