"""Positive semidefinite matrices with their factors, and linear identities between them.

These are exports of other solvers and of flag algebra programs. A matrix is given as it stands, as L (meaning L Lᵀ), or
as R and Q (meaning R Q Rᵀ, Q positive semidefinite: a facially reduced block); where more than one is given they have
to agree. An identity is Σ <C, X> = rhs, or <= rhs, or >= rhs. Numbers are "p/q", "p//q", integers, decimals or pairs.

Flagmatic's certificates (keys qdash_matrices, r_matrices) are read at the same level: Q' positive semidefinite. That
the flag densities are right is a statement about graphs which is not checked here, so that the finding is INCOMPLETE.

Main definitions: `check_gram_matrices`.

Sources: Leijenhorst and de Laat, ClusteredLowRankSolver.jl (exports as matrices); Vaughan, Flagmatic User's Guide, on
certificates.
"""

from __future__ import annotations

from typing import Any

from flint import fmpq, fmpq_mat

from kissalg.errors import PublishedError
from kissalg.exact.matrix import frobenius
from kissalg.published.finding import Finding, Outcome
from kissalg.published.foreign import matrix_of, member, number, shown
from kissalg.published.positivity import is_positive

__all__ = ["check_gram_matrices"]

FORMAT = "gram-matrices"


def check_gram_matrices(tree: Any) -> Finding:
    """The verdict on matrices that are claimed to be positive semidefinite and to satisfy identities.

    Args:
        tree: an object with the keys matrices (objects with name, and matrix, L, or R and Q) and identities (objects
            with terms, rhs and relation).

    Returns:
        VERIFIED, REJECTED with the matrix or the identity that fails, or INCOMPLETE without identities.

    Raises:
        PublishedError: the object does not follow the format.

    >>> matrices = [{"name": "X", "L": [["1", "0"], ["1//2", "1"]]}]
    >>> identity = {"terms": [{"matrix": "X", "coefficients": [[1, 0], [0, 1]]}], "rhs": "9/4"}
    >>> print(check_gram_matrices({"matrices": matrices, "identities": [identity]}))
    VERIFIED  1 matrices are positive semidefinite, and 1 identities hold
    """
    if "qdash_matrices" in tree:
        return _flagmatic(tree)
    entries = member(tree, "matrices")
    identities = tree.get("identities", [])
    if not isinstance(entries, list) or not isinstance(identities, list):
        raise PublishedError(
            f"expected lists of matrices and identities, found {shown(entries)} and {shown(identities)}"
        )
    statement = f"{len(entries)} matrices are positive semidefinite, and {len(identities)} identities hold"
    matrices: dict[str, fmpq_mat] = {}
    for index, entry in enumerate(entries):
        name = member(entry, "name", f"matrices[{index}]")
        if not isinstance(name, str) or name in matrices:
            raise PublishedError(f"matrices[{index}]: expected a new name, found {shown(name)}")
        matrix, reason = _matrix(entry, f"matrices[{index}]")
        if reason:
            return Finding(FORMAT, Outcome.REJECTED, statement, reason)
        matrices[name] = matrix
    for index, identity in enumerate(identities):
        reason = _identity(identity, f"identities[{index}]", matrices)
        if reason:
            return Finding(FORMAT, Outcome.REJECTED, statement, reason)
    if not identities:
        reason = "the file states no identities, so that nothing follows from the matrices"
        return Finding(FORMAT, Outcome.INCOMPLETE, statement, reason)
    return Finding(FORMAT, Outcome.VERIFIED, statement)


def _matrix(entry: Any, where: str) -> tuple[fmpq_mat, str]:
    """The matrix, and why it is not proved positive semidefinite."""
    found: list[fmpq_mat] = []
    proved = False
    if "L" in entry:
        factor = matrix_of(entry["L"], f"{where}.L", square=False)
        found.append(factor * factor.transpose())
        proved = True
    if "R" in entry or "Q" in entry:
        reducer = matrix_of(member(entry, "R", where), f"{where}.R", square=False)
        inner = matrix_of(member(entry, "Q", where), f"{where}.Q")
        if reducer.ncols() != inner.nrows():
            raise PublishedError(f"{where}: R has {reducer.ncols()} columns, Q has {inner.nrows()} rows")
        if not proved and not is_positive(inner, f"{where}.Q"):
            return inner, f"{where}.Q is not positive semidefinite"
        found.append(reducer * inner * reducer.transpose())
        proved = True
    if "matrix" in entry:
        plain = matrix_of(entry["matrix"], f"{where}.matrix")
        if not proved and not is_positive(plain, f"{where}.matrix"):
            return plain, f"{where}.matrix is not positive semidefinite"
        found.append(plain)
    if not found:
        raise PublishedError(f"{where}: expected the key matrix, L, or R and Q")
    if any(other != found[0] for other in found[1:]):
        return found[0], f"{where}: the matrix and its factors disagree"
    return found[0], ""


def _identity(tree: Any, where: str, matrices: dict[str, fmpq_mat]) -> str:
    total = fmpq(0)
    terms = member(tree, "terms", where)
    if not isinstance(terms, list):
        raise PublishedError(f"{where}.terms: expected a list, found {shown(terms)}")
    for index, term in enumerate(terms):
        name = member(term, "matrix", f"{where}.terms[{index}]")
        if not isinstance(name, str) or name not in matrices:
            raise PublishedError(f"{where}.terms[{index}]: there is no matrix {shown(name)}")
        coefficients = matrix_of(member(term, "coefficients", where), f"{where}.terms[{index}].coefficients")
        if coefficients.nrows() != matrices[name].nrows():
            raise PublishedError(f"{where}.terms[{index}]: expected coefficients of the size of {name}")
        total += frobenius(coefficients, matrices[name])
    right = number(member(tree, "rhs", where), f"{where}.rhs")
    relation = tree.get("relation", "=")
    if relation not in ("=", "<=", ">="):
        raise PublishedError(f"{where}.relation: expected =, <= or >=, found {shown(relation)}")
    holds = total == right if relation == "=" else total <= right if relation == "<=" else total >= right
    return "" if holds else f"{where} fails: the left-hand side is {shown(total)}, the right-hand side {shown(right)}"


def _flagmatic(tree: Any) -> Finding:
    blocks = tree["qdash_matrices"]
    if not isinstance(blocks, list):
        raise PublishedError(f"qdash_matrices: expected a list, found {shown(blocks)}")
    statement = f"density bound {tree.get('bound', '?')!s:.40}"
    for index, block in enumerate(blocks):
        where = f"qdash_matrices[{index}]"
        if not is_positive(_triangle(block, where), where):
            return Finding("flagmatic", Outcome.REJECTED, statement, f"{where} is not positive semidefinite")
    reason = f"{len(blocks)} matrices Q' are positive semidefinite; that the flag densities are right is not checked"
    return Finding("flagmatic", Outcome.INCOMPLETE, statement, reason)


def _triangle(tree: Any, where: str) -> fmpq_mat:
    """A symmetric matrix, by its rows or by those of its upper triangle."""
    if not isinstance(tree, list) or not all(isinstance(row, list) for row in tree):
        raise PublishedError(f"{where}: expected a list of rows, found {shown(tree)}")
    size = len(tree)
    if [len(row) for row in tree] != [size - i for i in range(size)]:
        return matrix_of(tree, where)
    full = [[tree[min(i, j)][abs(i - j)] for j in range(size)] for i in range(size)]
    return matrix_of(full, where)
