"""Solution files of semidefinite solvers, as approximate points for an exact repair.

- SDPA, SDPA-GMP, SDPA-DD: a text with `xVec = {…}` and `yMat = {…}` (the blocks of Y, row by row; of a diagonal block
  its diagonal).
- CSDP: a line with the m numbers x, then lines `matrix block i j value`, matrix 1 being Z and matrix 2 being Y.

Decimals are read exactly, at any number of digits. The `xMat` of SDPA and the Z of CSDP are not used: Z follows from x.

Main definitions: `read_solution`.

Source: SDPA user's manual, section 4; CSDP user's guide, section 3.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from flint import fmpq, fmpq_mat

from kissalg.errors import PublishedError
from kissalg.published.foreign import number
from kissalg.sdp.sdpa import SdpaProblem
from kissalg.solvers.float64.sdpa import ConicSolution
from kissalg.solvers.status import Status

__all__ = ["read_solution"]

_STATUSES = {
    "pdOPT": Status.OPTIMAL,
    "pdFEAS": Status.OPTIMAL,
    "pINF_dFEAS": Status.INFEASIBLE,
    "pFEAS_dINF": Status.UNBOUNDED,
    "pUNBD": Status.UNBOUNDED,
    "dUNBD": Status.INFEASIBLE,
}
_SEPARATORS = re.compile(r"[\s,{}()]+")


def read_solution(text: str, problem: SdpaProblem) -> ConicSolution:
    r"""The approximate solution of `problem` in a file of SDPA or CSDP.

    Args:
        text: the content of the file.
        problem: the program that it belongs to.

    Returns:
        x and the blocks of Y, as exact values of their decimals.

    Raises:
        PublishedError: the text is neither, or does not hold as many numbers as the problem needs.

    >>> from kissalg.sdp.sdpa import read_sdpa
    >>> program = read_sdpa("1\n1\n2\n1\n0 1 1 2 1\n1 1 1 1 1\n1 1 2 2 1\n")
    >>> read_solution(
    ...     "xVec =\n{+1.0e+00}\nxMat =\n{\n{ {1,-1}, {-1,1} }\n}\nyMat =\n{\n{ {0.5,0.5}, {0.5,0.5} }\n}\n",
    ...     program,
    ... ).y
    ([1/2, 1/2]
    [1/2, 1/2],)
    """
    if "xVec" in text and "yMat" in text:
        return _sdpa(text, problem)
    return _csdp(text, problem)


def _sdpa(text: str, problem: SdpaProblem) -> ConicSolution:
    phase = re.search(r"phase\.value\s*=\s*(\w+)", text)
    status = _STATUSES.get(phase[1], Status.STALLED) if phase is not None else Status.OPTIMAL
    x = _values(_section(text, "xVec"), "xVec")
    if len(x) != len(problem.costs):
        raise PublishedError(f"xVec: expected {len(problem.costs)} numbers, found {len(x)}")
    values = _values(_section(text, "yMat"), "yMat")
    expected = sum(-size if size < 0 else size * size for size in problem.blocks)
    if len(values) != expected:
        raise PublishedError(f"yMat: expected {expected} numbers for the blocks {problem.blocks}, found {len(values)}")
    blocks, position = [], 0
    for size in problem.blocks:
        n = abs(size)
        if size < 0:
            diagonal = values[position : position + n]
            block = fmpq_mat(n, n, [diagonal[i] if i == j else 0 for i in range(n) for j in range(n)])
        else:
            block = fmpq_mat(n, n, values[position : position + n * n])
        position += n if size < 0 else n * n
        blocks.append((block + block.transpose()) / 2)
    return ConicSolution(status, tuple(x), tuple(blocks))


def _section(text: str, name: str) -> str:
    """The braces after `name =`, up to the one that closes the first."""
    start = text.find("{", text.index(name))
    depth = 0
    for match in re.compile(r"[{}]").finditer(text, max(start, 0)):
        depth += 1 if match[0] == "{" else -1
        if depth == 0:
            return text[start : match.end()]
    raise PublishedError(f"{name}: expected numbers in braces, found none that close")


def _values(text: str, where: str) -> list[fmpq]:
    words = [word for word in _SEPARATORS.split(text) if word]
    return [number(word, f"{where}[{index}]") for index, word in enumerate(words)]


def _csdp(text: str, problem: SdpaProblem) -> ConicSolution:
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise PublishedError("expected a solution file of SDPA (with xVec and yMat) or of CSDP, found an empty text")
    x = _values(lines[0], "line 1")
    if len(x) != len(problem.costs):
        raise PublishedError(
            f"expected a solution file of SDPA (with xVec and yMat), or of CSDP with {len(problem.costs)} numbers in "
            f"its first line, found {len(x)}"
        )
    blocks = [fmpq_mat(abs(size), abs(size)) for size in problem.blocks]
    for index, line in enumerate(lines[1:], 2):
        _put(blocks, _values(line, f"line {index}"), index)
    return ConicSolution(Status.OPTIMAL, tuple(x), tuple(blocks))


def _put(blocks: Sequence[fmpq_mat], words: list[fmpq], line: int) -> None:
    if len(words) != 5 or any(word.q != 1 for word in words[:4]) or words[0] not in (1, 2):
        raise PublishedError(f"line {line}: expected `matrix block i j value` with matrix 1 or 2")
    if words[0] == 1:
        return
    b, i, j = (int(word.p) for word in words[1:4])
    if not 1 <= b <= len(blocks) or not (1 <= i <= blocks[b - 1].nrows() and 1 <= j <= blocks[b - 1].nrows()):
        raise PublishedError(f"line {line}: there is no entry ({i}, {j}) in a block {b}")
    blocks[b - 1][i - 1, j - 1] = blocks[b - 1][j - 1, i - 1] = words[4]
