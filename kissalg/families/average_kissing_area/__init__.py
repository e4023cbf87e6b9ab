"""Average kissing numbers by the area of one cap."""
