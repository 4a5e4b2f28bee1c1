"""Results: their types, their schema, the files."""
