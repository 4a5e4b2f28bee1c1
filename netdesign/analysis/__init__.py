"""One file a question: what to solve, and what the answers mean."""
