"""The three-point bound for spherical codes."""
