"""The conditions of the program for weights around one ball, proved in ball arithmetic.

Main definition: `LocalConditions`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flint import fmpq, fmpq_mat, fmpq_poly

from kissalg.exact.nonpositive import certainly_nonpositive
from kissalg.families.balls.local import dyadic_gegenbauer
from kissalg.families.balls.mesh import Mesh

__all__ = ["LocalConditions"]


@dataclass(frozen=True)
class LocalConditions:
    """The conditions on the weights around one ball.

    Attributes:
        n: the dimension.
        mesh: the sizes of neighbours, and the elements.
        matrices: [[t, wᵀ], [w, F_0]], F_1, …, F_d.
        slopes: s_ef, for each cell of the mesh.
    """

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
