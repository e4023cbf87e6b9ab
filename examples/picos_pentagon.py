"""A problem stated in PICOS, bounded by proofs: Lovász's theta number of the pentagon is the square root of 5. Needs kissalg[picos]."""

import picos

import kissalg as ka

problem = picos.Problem()
X = picos.SymmetricVariable("X", 5)
problem.maximize = picos.sum(X)
problem.add_list_of_constraints([X >> 0, picos.trace(X) == 1])
problem.add_list_of_constraints([X[i, (i + 1) % 5] == 0 for i in range(5)])

found = ka.bound_picos(problem)
print(found)
# two rational numbers with the square root of 5 between them, and less than 10^-9 apart
assert found.lower**2 < 5 < found.upper**2
assert (found.upper - found.lower) * 10**9 < 1
