"""Delsarte's linear programming bound for spherical codes."""
