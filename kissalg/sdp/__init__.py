"""The exact semidefinite model: variables, polynomial identities, objective, sample points, SDPA text."""
