"""For test suites: Hypothesis strategies for exact objects, assertions about identities, mutated certificates.

>>> from kissalg.testing import assert_identity
>>> assert_identity(lambda u, v: (u + v) ** 2, lambda u, v: u * u + 2 * u * v + v * v, degree=2, variables=2)
"""

from kissalg.testing.checkers import assert_identity, assert_invariant, assert_psd_kernel, assert_reynolds

__all__ = ["assert_identity", "assert_invariant", "assert_psd_kernel", "assert_reynolds"]
