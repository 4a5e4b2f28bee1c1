"""What loops and their callers call things; it can be had without numba."""

NOBODY = -1
NEVER = 1e300
