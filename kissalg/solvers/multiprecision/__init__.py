"""A multiprecision primal-dual interior-point method on products of residues; see `interior_point.py`."""
