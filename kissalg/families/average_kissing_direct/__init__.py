"""Average kissing numbers for finitely many radii by functions of positive type."""
