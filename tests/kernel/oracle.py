"""The three-point problem once more, straight from docs/certificate-format.md and as slowly as it reads: the kernel's
judge in tests.

Nothing is expanded. At a rational point every identity is one linear equation in the entries of the matrices;
`equation_one` and `equation_two` give its coefficients, in Fractions, from the definitions (averages over six
permutations, explicit sums for P_k). An identity between polynomials holds if and only if it holds at sufficiently many
points in general position, and `violations` takes more than those.
"""

import json
import lzma
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations
from math import comb, factorial
from random import Random
from typing import Any

Matrix = list[list[Fraction]]
Equation = dict[str, Matrix]


@dataclass(frozen=True)
class Problem:
    """The parameters."""

    n: int
    cos: Fraction
    degree: int
    linear: int


def gegenbauer(n: int, k: int) -> list[Fraction]:
    """Coefficients of P_k^n by the explicit sums, Gegenbauer's for n >= 3 and Chebyshev's for n = 2, normalised at
    1.
    """
    raw = [Fraction(0)] * (k + 1)
    for l in range(k // 2 + 1):
        if n == 2:
            value = Fraction(factorial(k - l - 1)) if k else Fraction(1)
        else:
            value = Fraction(1)
            for i in range(k - l):
                value *= Fraction(n - 2, 2) + i
        raw[k - 2 * l] = (-1) ** l * value * 2 ** (k - 2 * l) / (factorial(l) * factorial(k - 2 * l))
    return [value / sum(raw) for value in raw]


def lifted(n: int, k: int, u: Fraction, v: Fraction, t: Fraction) -> Fraction:
    """Q_k^{n-1}(u, v, t)."""
    c = gegenbauer(n - 1, k)
    r, w = t - u * v, (1 - u * u) * (1 - v * v)
    return sum((c[k - 2 * l] * r ** (k - 2 * l) * w**l for l in range(k // 2 + 1)), Fraction(0))


def chebyshev(size: int, x: Fraction) -> list[Fraction]:
    """T_0(x), …, by the explicit sum T_i = Σ_l C(i, 2l) (x²-1)^l x^(i-2l)."""
    return [
        sum((comb(i, 2 * l) * (x * x - 1) ** l * x ** (i - 2 * l) for l in range(i // 2 + 1)), Fraction(0))
        for i in range(size)
    ]


def outer(left: list[Fraction], right: list[Fraction], factor: Fraction = Fraction(1)) -> Matrix:
    """The symmetric part of factor · left rightᵀ."""
    return [
        [factor * (left[i] * right[j] + left[j] * right[i]) / 2 for j in range(len(right))] for i in range(len(left))
    ]


def add(a: Matrix, b: Matrix) -> Matrix:
    """a + b."""
    return [[p + q for p, q in zip(r, s, strict=True)] for r, s in zip(a, b, strict=True)]


def inner(a: Matrix, b: Matrix) -> Fraction:
    """<a, b>."""
    return sum((p * q for r, s in zip(a, b, strict=True) for p, q in zip(r, s, strict=True)), Fraction(0))


def kernel_at(problem: Problem, k: int, x: tuple[Fraction, Fraction, Fraction]) -> Matrix:
    """The matrix with which F_k is paired in h, at the shifted point x: an average over all six permutations."""
    size = problem.degree + 1 - k
    u = [((1 + problem.cos) * w - (1 - problem.cos)) / 2 for w in x]
    total = [[Fraction(0)] * size for _ in range(size)]
    for p, q, r in permutations(range(3)):
        value = lifted(problem.n, k, u[p], u[q], u[r]) / 6
        total = add(total, outer(chebyshev(size, x[p]), chebyshev(size, x[q]), value))
    return total


def weights(limit: int) -> list[tuple[int, int, int]]:
    """Exponents of weight <= limit in the documented order."""
    triples = [
        (a, b, c)
        for a in range(limit + 1)
        for b in range(limit + 1)
        for c in range(limit + 1)
        if a + 2 * b + 3 * c <= limit
    ]
    return sorted(triples, key=lambda e: (e[0] + 2 * e[1] + 3 * e[2], e[2], e[1]))


def monomials(limit: int, x: tuple[Fraction, Fraction, Fraction]) -> list[Fraction]:
    """The m^α of weight <= limit at a point."""
    m = [sum((w**k for w in x), Fraction(0)) / 3 for k in (1, 2, 3)]
    return [m[0] ** a * m[1] ** b * m[2] ** c for a, b, c in weights(limit)]


def gram_at(kind: str, degree: int, x: tuple[Fraction, Fraction, Fraction]) -> Matrix:
    """V^π at a point."""
    a, b, c = x
    if kind == "trv":
        basis = monomials(degree, x)
        return outer(basis, basis)
    if kind == "alt":
        basis = [(a - b) * (b - c) * (c - a) * m for m in monomials(degree - 3, x)]
        return outer(basis, basis)
    first, second = monomials(degree - 1, x), monomials(degree - 2, x)
    f = [(2 * a - b - c) * m for m in first] + [(2 * a * a - b * b - c * c) * m for m in second]
    g = [(b - c) * m for m in first] + [(b * b - c * c) * m for m in second]
    return add(outer(f, f), outer(g, g, Fraction(3)))


def equation_one(problem: Problem, x: Fraction) -> Equation:
    """Identity (i) at a point: coefficients of a, B, F, Q; the right-hand side is -1."""
    d, c = problem.degree, problem.cos
    u = ((1 + c) * x - (1 - c)) / 2
    end = (3 - c) / (1 + c)
    powers = [
        sum((v * u**i for i, v in enumerate(gegenbauer(problem.n, k))), Fraction(0)) for k in range(problem.linear + 1)
    ]
    equation = {"a": [[v] for v in powers[1:]], "B": [[Fraction(0), Fraction(1)], [Fraction(1), Fraction(1)]]}
    for k in range(d + 1):
        equation[f"F{k}"] = [[3 * v for v in row] for row in kernel_at(problem, k, (x, x, end))]
    equation["Q0"] = outer(chebyshev(d + 1, x), chebyshev(d + 1, x))
    equation["Q1"] = outer(chebyshev(d, x), chebyshev(d, x), (u + 1) * (c - u))
    return equation


def equation_two(problem: Problem, x: tuple[Fraction, Fraction, Fraction]) -> Equation:
    """Identity (ii) at a point: coefficients of B, F, R; the right-hand side is 0."""
    d, c = problem.degree, problem.cos
    u, v, t = (((1 + c) * w - (1 - c)) / 2 for w in x)
    g = [(w + 1) * (c - w) for w in (u, v, t)]
    s = [
        Fraction(1),
        g[0] + g[1] + g[2],
        g[0] * g[1] + g[1] * g[2] + g[2] * g[0],
        g[0] * g[1] * g[2],
        1 + 2 * u * v * t - u * u - v * v - t * t,
    ]
    equation = {"B": [[Fraction(0), Fraction(0)], [Fraction(0), Fraction(1)]]}
    for k in range(d + 1):
        equation[f"F{k}"] = kernel_at(problem, k, x)
    for j, degree in enumerate((d, d - 1, d - 2, d - 3, d - 2)):
        for kind in ("trv", "alt", "std"):
            equation[f"{kind}{j}"] = [[s[j] * value for value in row] for row in gram_at(kind, degree, x)]
    return equation


def objective_at(problem: Problem) -> Equation:
    """The coefficients of the objective, without its constant 1."""
    end = chebyshev(problem.degree + 1, (3 - problem.cos) / (1 + problem.cos))
    b11 = [[Fraction(1), Fraction(0)], [Fraction(0), Fraction(0)]]
    return {"a": [[Fraction(1)]] * problem.linear, "B": b11, "F0": outer(end, end)}


def apply(equation: Equation, values: dict[str, Matrix]) -> Fraction:
    """The left-hand side of an equation."""
    return sum((inner(matrix, values[name]) for name, matrix in equation.items()), Fraction(0))


def tree_of(data: bytes) -> Any:
    """The JSON tree of a file."""
    return json.loads(lzma.decompress(data) if data[:1] != b"{" else data)


def serialise(tree: Any) -> bytes:
    """The canonical text of a tree."""
    return json.dumps(tree, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def rational(text: str) -> Fraction:
    """A hexadecimal fraction."""
    numerator, denominator = text.split("/")
    return Fraction(int(numerator, 16), int(denominator, 16))


def problem_of(tree: Any) -> Problem:
    """The parameters in a tree."""
    p = tree["parameters"]
    return Problem(p["n"], rational(p["cos"]), p["degree"], p["linear"])


def matrix_of(encoding: Any) -> Matrix:
    """X, entry by entry from its definition."""
    n = len(encoding["columns"])
    x = [[Fraction(0)] * n for _ in range(n)]
    for j, (text, exponent) in enumerate(zip(encoding["columns"], encoding["exponents"], strict=True)):
        column = [0] * j + [int(token, 16) for token in text.split(" ")]
        for i in range(n):
            for k in range(n):
                x[i][k] += Fraction(column[i] * column[k]) * Fraction(2) ** -exponent
    if encoding["shift"] is not None:
        for i in range(n):
            x[i][i] += Fraction(2) ** -encoding["shift"]
        for i, k, value in encoding["correction"]["entries"]:
            entry = Fraction(int(value, 16), int(encoding["correction"]["denominator"], 16))
            x[i][k] += entry
            if i != k:
                x[k][i] += entry
    return x


def values_of(tree: Any) -> dict[str, Matrix]:
    """Every variable of a witness, by the names of the equations."""
    w = tree["witness"]
    values = {
        "a": [[Fraction(int(v, 16)) * Fraction(2) ** -w["a"]["exponent"]] for v in w["a"]["values"]],
        "B": matrix_of(w["B"]),
    }
    values |= {f"F{k}": matrix_of(item) for k, item in enumerate(w["F"])}
    values |= {f"Q{k}": matrix_of(item) for k, item in enumerate(w["Q"])}
    return values | {
        f"{kind}{j}": matrix_of(item) for kind in ("trv", "alt", "std") for j, item in enumerate(w["R"][kind])
    }


def points_two(problem: Problem, seed: int = 0) -> list[tuple[Fraction, Fraction, Fraction]]:
    """More random rational points than there are invariants of degree <= 2d."""
    random = Random(seed)

    def coordinate() -> Fraction:
        return Fraction(random.randint(-99, 99), random.randint(1, 99))

    return [(coordinate(), coordinate(), coordinate()) for _ in range(len(weights(2 * problem.degree)) + 3)]


def violations(tree: Any) -> int:
    """At how many points an identity fails, plus one if the objective exceeds the bound, plus the number of indefinite
    matrices.
    """
    problem, values = problem_of(tree), values_of(tree)
    count = sum(apply(equation_one(problem, Fraction(i, 7)), values) != -1 for i in range(2 * problem.degree + 3))
    count += sum(apply(equation_two(problem, point), values) != 0 for point in points_two(problem))
    count += 1 + apply(objective_at(problem), values) > rational(tree["bound"])
    count += sum(value[0] < 0 for value in values.pop("a"))
    return count + sum(not is_psd(matrix) for matrix in values.values())


def is_psd(matrix: Matrix) -> bool:
    """Whether a rational matrix is positive semidefinite, by symmetric elimination."""
    rest = [list(row) for row in matrix]
    for i in range(len(rest)):
        pivot = rest[i][i]
        if pivot < 0 or (pivot == 0 and any(rest[i][i:])):
            return False
        for j in range(i + 1, len(rest)):
            for k in range(i + 1, len(rest)):
                if pivot:
                    rest[j][k] -= rest[j][i] * rest[i][k] / pivot
    return True
