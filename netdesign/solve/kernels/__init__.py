"""Loops that numba compiles. Nothing imports these modules at its top: `netdesign.solve.kernels.loading` loads them."""
