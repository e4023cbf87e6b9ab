"""The exception tree of kissalg.

Every error that a user can cause is a `KissalgError`. Its message says what was expected, what was found, where, and
what to do.
"""

__all__ = [
    "CertificateError",
    "ExactnessError",
    "InfeasibleError",
    "KissalgError",
    "ParameterError",
    "PublishedError",
    "RoundingError",
    "RunError",
    "SolverError",
]


class KissalgError(Exception):
    """Base class of every error raised on purpose by kissalg."""


class ParameterError(KissalgError, ValueError):
    """A parameter of a theorem, a solver or a command is out of its range."""


class ExactnessError(KissalgError, ValueError):
    """An exact computation was given something inexact, of a wrong shape, or outside its ring."""


class SolverError(KissalgError):
    """The numerical solver could not deliver what was asked; the message carries its status."""


class InfeasibleError(SolverError):
    """The problem has no feasible point (for instance: the degree is too low)."""


class RoundingError(KissalgError):
    """A numerical solution could not be made exact; the message says which step failed and which setting to change."""


class CertificateError(KissalgError, ValueError):
    """A certificate is malformed or does not prove what it claims."""


class PublishedError(KissalgError, ValueError):
    """A file published by others cannot be read: it breaks its format, or exceeds the limits of the reader."""


class RunError(KissalgError):
    """A run folder cannot be created, read or resumed."""
