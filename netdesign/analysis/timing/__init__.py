"""Which year and size under growth; decide now or wait."""
