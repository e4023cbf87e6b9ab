"""The judge: bytes in, a verdict out. Each theorem rebuilds its problem from the parameters alone."""

from .grammar import Limits, Node, parse
from .report import Claim, Refusal, Rejected, Report, Verdict
from .theorems import THEOREMS, Certificate, parse_expectation

__all__ = ["check", "read_certificate"]

DEFAULT = Limits()
_THEOREMS = {theorem.name: theorem for theorem in THEOREMS}


def check(data: bytes, *, expect: str | None = None, limits: Limits = DEFAULT) -> Report:
    """The verdict on the bytes of a certificate file (xz or plain text).

    With `expect`, such as `"A(4,1/2) <= 24.2"`, a claim that does not imply the expected one is rejected. No bytes make
    this function raise; a malformed `expect` is the caller's error, a ValueError.

        >>> print(check(b'{"format":1}', expect="A(4,1/2) <= 24.2").verdict.name)
        MALFORMED
    """
    expected = None if expect is None else parse_expectation(expect)
    claim: Claim | None = None
    try:
        certificate = read_certificate(parse(data, limits))
        claim = certificate.claim
        if expected is not None and not claim.implies(expected):
            field = "bound" if claim.quantity == expected.quantity else "parameters"
            raise Rejected(f"expected {expected}, the file claims {claim}", field)
        certificate.prove()
    except Refusal as refusal:
        return Report(refusal.verdict, claim, refusal.reason, refusal.path)
    except (MemoryError, RecursionError) as error:  # excluded by the limits, except on a small machine
        return Report(Verdict.MALFORMED, claim, f"too large for this machine: {type(error).__name__}")
    return Report(Verdict.VERIFIED, claim)


def read_certificate(root: Node) -> Certificate:
    """The certificate in a tree, read to the last field. Raises Malformed."""
    fields = root.record("bound", "format", "parameters", "provenance", "theorem", "witness")
    fields["format"].small(1, 1)
    theorem = fields["theorem"].text()
    if theorem not in _THEOREMS:
        fields["theorem"].refuse(f"one of the theorems {', '.join(_THEOREMS)}")
    provenance = fields["provenance"].value
    if not isinstance(provenance, dict) or not all(isinstance(value, str) for value in provenance.values()):
        fields["provenance"].refuse("an object of strings")
    return _THEOREMS[theorem].read(fields["parameters"], fields["bound"], fields["witness"])
