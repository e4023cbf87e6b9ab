"""Average kissing numbers by weights that are polynomials."""
