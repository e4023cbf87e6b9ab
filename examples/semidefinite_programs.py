"""Any semidefinite program in SDPA form, with a certificate: cuts, theta numbers, a linear program for codes.

A program min Σ c_k x_k, Σ x_k F_k - F_0 ⪰ 0 is a text in the sparse SDPA format; a certificate is a positive
semidefinite Y with <F_k, Y> = c_k, and proves that no feasible x has a value below <F_0, Y>. So each of these
relaxations becomes a theorem.
"""

from fractions import Fraction
from itertools import combinations
from math import comb

import kissalg as ka

Entry = tuple[int, int, int, int, int]


def sdpa(blocks: list[int], costs: list[str], entries: list[Entry]) -> str:
    """The text of a program; entries are (k, block, row, column, value), k = 0 for F_0."""
    lines = [str(len(costs)), str(len(blocks)), " ".join(map(str, blocks)), " ".join(costs)]
    return "\n".join(lines + [" ".join(map(str, entry)) for entry in entries]) + "\n"


def cuts(n: int) -> str:
    """Goemans and Williamson's relaxation for a cycle.

    X = 1 on the diagonal, X ⪰ 0, minimise the sum of X_ij over the edges; a cut has (n - sum)/2 edges.
    """
    pairs = list(combinations(range(1, n + 1), 2))
    edges = {(i, i + 1) for i in range(1, n)} | {(1, n)}
    entries = [(0, 1, i, i, -1) for i in range(1, n + 1)] + [(k, 1, *pair, 1) for k, pair in enumerate(pairs, 1)]
    return sdpa([n], ["1" if pair in edges else "0" for pair in pairs], entries)


def theta(n: int) -> str:
    """Lovász's theta number of a cycle of length n.

    X ⪰ 0 bordered by x = diag X and 1, X_ij = 0 for edges, minimise -Σ x_i.
    """
    edges = {(i, i + 1) for i in range(1, n)} | {(1, n)}
    others = [pair for pair in combinations(range(1, n + 1), 2) if pair not in edges]
    entries = [(0, 1, 1, 1, -1)]
    for i in range(1, n + 1):
        entries += [(i, 1, 1, i + 1, 1), (i, 1, i + 1, i + 1, 1)]
    entries += [(n + k, 1, i + 1, j + 1, 1) for k, (i, j) in enumerate(others, 1)]
    return sdpa([n + 1], ["-1"] * n + ["0"] * len(others), entries)


def krawtchouk(n: int, k: int, i: int) -> int:
    """K_k(i) = Σ_j (-1)^j C(i, j) C(n-i, k-j)."""
    return sum((-1) ** j * comb(i, j) * comb(n - i, k - j) for j in range(k + 1))


def binary_codes(n: int, distance: int) -> str:
    """Delsarte's linear program for binary codes with even distances of at least d.

    A_i >= 0, Σ A_i K_k(i) >= -K_k(0), minimise -Σ A_i; a code has 1 + Σ A_i words.
    """
    weights = list(range(distance, n + 1, 2))
    entries = [(0, 2, k, k, -comb(n, k)) for k in range(1, n // 2 + 1)]
    for index, i in enumerate(weights, 1):
        entries.append((index, 1, index, index, 1))
        rows = ((k, krawtchouk(n, k, i)) for k in range(1, n // 2 + 1))
        entries += [(index, 2, k, k, value) for k, value in rows if value]
    return sdpa([-len(weights), -(n // 2)], ["-1"] * len(weights), entries)


def sharp(text: str) -> ka.Certificate:
    """The certificate of the exact optimum."""
    run = ka.solve(ka.sdpa_model(ka.read_sdpa(text)), settings=ka.sharp_settings())
    return ka.certify(ka.round_to_face(run))


def main() -> None:
    pentagon = sharp(cuts(5))
    print(ka.verify(pentagon), "- a cut of a pentagon has at most 4 edges")
    assert ka.verify(pentagon).verified
    assert (5 - pentagon.bound) / 2 < Fraction("4.5225425")  # the optimum is (25 + 5 sqrt(5))/8
    print(pentagon.document["provenance"]["value"])

    heptagon = ka.certify(ka.solve(ka.sdpa_model(ka.read_sdpa(theta(7)))))  # in the interior: a little below
    print(ka.verify(heptagon))
    assert ka.verify(heptagon).verified
    assert Fraction("3.3176672") < -heptagon.bound < Fraction("3.3176673")  # 7 cos(π/7) / (1 + cos(π/7))

    code = sharp(binary_codes(16, 6))
    print(
        ka.verify(code),
        "- a binary code of length 16 with distance 6 has at most 256 words: Nordstrom and Robinson's is one",
    )
    assert ka.verify(code).verified
    assert 1 - code.bound == 256


if __name__ == "__main__":
    main()
