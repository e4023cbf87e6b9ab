"""Settings of the rounding to a face, and of the solver before it.

Main definitions: `FaceSettings`, `sharp_settings`.
"""

from __future__ import annotations

from dataclasses import dataclass

from kissalg.errors import ParameterError
from kissalg.solvers.settings import Settings

__all__ = ["FaceSettings", "sharp_settings"]

# fractions of the bits of the gap that are tried one after the other
_RANKS = ((1, 2), (3, 10))
_TRUSTED = ((3, 4), (1, 2), (3, 10))


@dataclass(frozen=True)
class FaceSettings:
    """Settings of the rounding to a face; all in bits, except the degree of the field.

    >>> FaceSettings(max_degree=2).max_degree
    2
    """

    rank_bits: int | None = None
    """Pivots below 2^-rank_bits are zero.

    By default half the bits of the solution's relative gap, and less if that fails.
    """
    recognition_bits: int | None = None
    """How many bits of the range are trusted.

    By default three quarters of the bits of the gap, and less if that fails.
    """
    separation: int = 24
    """The least ratio, in bits, of the smallest pivot that is kept to the largest that is taken for zero."""
    max_degree: int = 4
    """The largest degree of a number field that is looked for."""
    margin: int = 24
    """The first tolerance is the smallest shift 2^-s times 2^-margin."""
    increment: int = 24
    """By how much the tolerance is lowered when the correction is too large."""
    attempts: int = 12
    """Give up after this many tolerances."""
    max_denominator_bits: int = 1 << 14
    """Larger denominators are refused: the kernel would not read them."""

    def __post_init__(self) -> None:
        if self.max_degree < 1 or self.attempts < 1 or self.increment < 1 or self.separation < 1:
            raise ParameterError("expected max_degree, attempts, increment and separation >= 1")

    def trials(self, precision: int) -> list[tuple[int, int]]:
        """The pairs (rank_bits, recognition_bits) to try for a solution with a gap of `precision` bits.

        Without strict complementarity a kernel has only half the digits of the gap, or less, and the pivots that tend
        to zero are its root, or larger.

        >>> FaceSettings().trials(200)[:2], FaceSettings(rank_bits=50, recognition_bits=90).trials(200)
        ([(100, 150), (100, 100)], [(50, 90)])
        """
        ranks = _RANKS if self.rank_bits is None else ((1, 1),)
        trusted = _TRUSTED if self.recognition_bits is None else ((1, 1),)
        return [
            (self.rank_bits or precision * a // b, self.recognition_bits or precision * c // d)
            for a, b in ranks
            for c, d in trusted
        ]


def sharp_settings(digits: int = 60) -> Settings:
    """Settings of the solver for solutions that are to be rounded to a face: a relative gap of 10^-digits.

    >>> sharp_settings(40).gap
    1e-40
    """
    if isinstance(digits, bool) or not isinstance(digits, int):
        raise ParameterError(f"digits: expected an integer, found {digits!r}")
    gap = 10**-digits
    return Settings(bits=144, max_bits=4096, gap=gap, primal_tolerance=gap, dual_tolerance=gap, max_iterations=500)
