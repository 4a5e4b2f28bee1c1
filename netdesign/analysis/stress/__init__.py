"""What becomes of the best networks when hubs fail, and in thousands of drawn worlds."""
