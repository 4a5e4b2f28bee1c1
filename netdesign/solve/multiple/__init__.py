"""Multiple allocation: every commodity takes its best route over the open hubs."""
