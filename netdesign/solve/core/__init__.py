"""What all engines share: the question, the search state, limits and outcomes."""
