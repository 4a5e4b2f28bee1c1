"""Linear programs and HiGHS."""
