"""Average kissing numbers for finitely many radii by weights."""
