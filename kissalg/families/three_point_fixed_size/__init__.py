"""The three-point bound for codes of a fixed size."""
