"""Lower bounds for semidefinite programs in SDPA form."""
