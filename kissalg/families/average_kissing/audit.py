"""Certificates of the theorems `average-kissing` and `average-kissing-radii` as typed data, their only text, and the exact check.

The problem comes from `kissalg.families.average_kissing.model`; positivity of matrices and polynomials is proved in ball arithmetic.

Main definitions: `AverageKissingDocument`, `RadiiDocument`, `local_problem`.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq, fmpq_mat, fmpq_poly

from kissalg.exact.nonpositive import certainly_nonpositive
from kissalg.families.average_kissing.model import dyadic_gegenbauer
from kissalg.families.balls.mesh import Mesh
from kissalg.kernel.report import Claim
from kissalg.witness.gram import Gram, hexadecimal, ratio

__all__ = ["AverageKissingDocument", "LocalProblem", "RadiiDocument"]


@dataclass(frozen=True)
class LocalProblem:
    """The conditions on the weights around one ball: sizes, elements, and the matrices G = [[t, wᵀ], [w, F_0]], F_1, …, F_d."""

    n: int
    mesh: Mesh
    matrices: tuple[fmpq_mat, ...]
    slopes: tuple[fmpq, ...]

    @property
    def bound(self) -> fmpq:
        """The number t."""
        return self.matrices[0][0, 0]

    def weight(self, p: int) -> fmpq:
        """The number w_p."""
        return self.matrices[0][p + 1, 0]

    def polynomial(self, p: int, q: int) -> fmpq_poly:
        """F_pq."""
        total = fmpq_poly([self.matrices[0][p + 1, q + 1]])
        for k, matrix in enumerate(self.matrices[1:], 1):
            total += dyadic_gegenbauer(self.n, k) * matrix[p, q]
        return total

    def failures(self) -> Iterator[str]:
        """Which of the conditions (i), (ii), (iii) are not proved, in words."""
        size = len(self.mesh.nodes)
        table = {(p, q): self.polynomial(p, q) for p in range(size) for q in range(p + 1)}
        for p in range(size):
            if table[p, p](1) > self.weight(p):
                yield f"(i) at size number {p}"
        for (p, q), polynomial in table.items():
            if not certainly_nonpositive(polynomial, fmpq(-1), self.mesh.end(p, q)):
                yield f"(ii) at the sizes number {p} and {q}"
        for (e, f), slope in zip(self.mesh.cells, self.slopes, strict=True):
            corners = sorted({(max(a, b), min(a, b)) for a in e for b in f})
            ends = [self.mesh.end(a, b) for a, b in corners]
            for (a, b), end in zip(corners, ends, strict=True):
                line = fmpq_poly([-slope * end, slope])
                if slope < 0 or not certainly_nonpositive(table[a, b] - line, min(ends), max(ends)):
                    yield f"(iii) for the elements {e} and {f}"


@dataclass(frozen=True)
class AverageKissingDocument:
    """A certificate of the theorem `average-kissing`. `matrices` holds the PSD variables under the names of the model: F0, …, Fd."""

    n: int
    degree: int
    mesh: Mesh
    bound: Fraction
    exponent: int
    slopes: tuple[int, ...]
    matrices: Mapping[str, Gram]
    provenance: Mapping[str, str]

    @property
    def claim(self) -> Claim:
        """What the file claims; nothing here says that it is true."""
        theorem = f"average-kissing, degree {self.degree}, {len(self.mesh.nodes)} nodes"
        return Claim(f"average-kissing({self.n})", self.bound, theorem)

    @property
    def terms(self) -> int:
        """The number of nodes of the mesh."""
        return len(self.mesh.nodes)

    def sizes(self) -> dict[str, int]:
        """The orders that the matrices must have."""
        return {f"F{k}": self.terms + (k == 0) for k in range(self.degree + 1)}

    def failures(self) -> Iterator[str]:
        """Which conditions are not proved; the matrices are taken as positive semidefinite."""
        exact = tuple(self.matrices[f"F{k}"].matrix() for k in range(self.degree + 1))
        slopes = tuple(fmpq(value, 1 << self.exponent) for value in self.slopes)
        local = LocalProblem(self.n, self.mesh, exact, slopes)
        if local.bound > fmpq(self.bound.numerator, self.bound.denominator):
            yield "bound: t is larger"
        for total in self.mesh.weights():
            if sum((value * local.weight(p) for p, value in total.items()), fmpq(0)) < 2:
                yield "the sum of the weights at the two ends of a contact"
        yield from local.failures()

    def encode(self) -> str:
        """The canonical text."""
        tree = {
            "bound": ratio(self.bound),
            "format": 1,
            "parameters": {
                "degree": self.degree,
                "n": self.n,
                "nodes": [ratio(Fraction(int(node.p), int(node.q))) for node in self.mesh.nodes],
                "pieces": self.mesh.pieces,
            },
            "provenance": dict(self.provenance),
            "theorem": "average-kissing",
            "witness": {
                "F": [self.matrices[f"F{k}"].to_json() for k in range(self.degree + 1)],
                "slopes": {"exponent": self.exponent, "values": list(map(hexadecimal, self.slopes))},
            },
        }
        return json.dumps(tree, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True)
class RadiiDocument:
    """A certificate of the theorem `average-kissing-radii`. `matrices` holds the PSD variables of centre c under the names c.F0, …, c.Fd."""

    n: int
    degree: int
    radii: tuple[Fraction, ...]
    bound: Fraction
    matrices: Mapping[str, Gram]
    provenance: Mapping[str, str]

    @property
    def claim(self) -> Claim:
        """What the file claims; nothing here says that it is true."""
        radii = ",".join(map(str, self.radii))
        return Claim(f"average-kissing({self.n};{radii})", self.bound, f"average-kissing-radii, degree {self.degree}")

    @property
    def terms(self) -> int:
        """The number of radii."""
        return len(self.radii)

    def sizes(self) -> dict[str, int]:
        """The orders that the matrices must have."""
        return {f"{c}.F{k}": self.terms + (k == 0) for c in range(self.terms) for k in range(self.degree + 1)}

    def failures(self) -> Iterator[str]:
        """Which conditions are not proved; the matrices are taken as positive semidefinite."""
        bound = fmpq(self.bound.numerator, self.bound.denominator)
        locals_ = []
        for c, r in enumerate(self.radii):
            sizes = [s / (r + s) for s in self.radii]
            mesh = Mesh(tuple(fmpq(a.numerator, a.denominator) for a in sizes), "c" * self.terms)
            matrices = tuple(self.matrices[f"{c}.F{k}"].matrix() for k in range(self.degree + 1))
            locals_.append(LocalProblem(self.n, mesh, matrices, ()))
        for c, local in enumerate(locals_):
            if local.bound > bound:
                yield f"bound: t is larger around radius number {c}"
            for p, other in enumerate(locals_):
                if local.weight(p) + other.weight(c) < 2:
                    yield f"the weights of the radii number {c} and {p}"
            yield from local.failures()

    def encode(self) -> str:
        """The canonical text."""
        centres = [
            {"F": [self.matrices[f"{c}.F{k}"].to_json() for k in range(self.degree + 1)]} for c in range(self.terms)
        ]
        tree = {
            "bound": ratio(self.bound),
            "format": 1,
            "parameters": {"degree": self.degree, "n": self.n, "radii": [ratio(r) for r in self.radii]},
            "provenance": dict(self.provenance),
            "theorem": "average-kissing-radii",
            "witness": {"centres": centres},
        }
        return json.dumps(tree, sort_keys=True, separators=(",", ":"))
