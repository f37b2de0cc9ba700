"""overlay/kernels."""
