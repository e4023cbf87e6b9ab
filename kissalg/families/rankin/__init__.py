"""Spherical codes with angles of at least 90 degrees, by closed formulas."""
