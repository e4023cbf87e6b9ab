"""Hypothesis strategies for exact objects, for kissalg's own tests and for users who test their own identities."""
