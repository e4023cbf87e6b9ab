"""The same semidefinite program, by kissalg and by sdpa-multiprecision (SDPA-GMP with a Python call), side by side in one run.

    pip install '.[sdpa]'
    python benchmarks/peers/sdpa_multiprecision.py --dimension 4 --degrees 5 6 7

Both get the three-point bound sampled at the same points in bases that are orthonormal at the points (to double precision), and the same
goal: a relative gap of 10^-DIGITS. kissalg chooses its precision by itself, the peer has --bits. Printed for each: seconds of the solver,
iterations, and the number of correct digits of the optimum; the reference is a solve by kissalg to three digits more.

Two limits of the peer's Python call, which are not those of SDPA-GMP: it takes the problem as doubles, so that what it solves is a problem
about 10^-16 away; and it returns doubles, so that its full digits have to be read from its result file.
"""

import argparse
import pickle
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from fractions import Fraction
from math import log10
from pathlib import Path

import numpy as np
import scipy.sparse
import sdpap
from flint import fmpq
from sdpap.sdpacall import sdpacall
from sdpap.symcone import SymCone

import kissalg as ka
from kissalg.exact.rational import fraction
from kissalg.sdp.model import Model
from kissalg.sdp.sdpa import SdpaProblem, read_sdpa, sampled_sdpa
from kissalg.solvers.multiprecision.points import choose_points
from kissalg.solvers.sampled import orthonormal_bases

EXTRA_DIGITS = 3


def double(value: fmpq) -> float:
    return int(value.p) / int(value.q)


class Peer:
    """One program, in the arrays that the peer's call wants: the linear block first, then the matrices row by row."""

    def __init__(self, problem: SdpaProblem) -> None:
        self.problem = problem
        diagonal = [b for b, size in enumerate(problem.blocks) if size < 0]
        dense = [b for b, size in enumerate(problem.blocks) if size > 0]
        offsets, offset = {}, 0
        for b in (*diagonal, *dense):
            offsets[b] = offset
            offset += -problem.blocks[b] if problem.blocks[b] < 0 else problem.blocks[b] ** 2
        rows: list[int] = []
        columns: list[int] = []
        values: list[float] = []
        for entry in problem.entries:
            b = entry.block - 1
            size = problem.blocks[b]
            i, j = entry.row - 1, entry.column - 1
            positions = {offsets[b] + i} if size < 0 else {offsets[b] + i * size + j, offsets[b] + j * size + i}
            for position in positions:
                rows.append(entry.k)
                columns.append(position)
                values.append(double(entry.value))
        table = scipy.sparse.csr_matrix((values, (rows, columns)), shape=(len(problem.costs) + 1, offset))
        self.objective = -table[0].T.tocsc()
        self.constraints = table[1:].tocsr()
        self.right = scipy.sparse.csc_matrix(np.array([[double(cost)] for cost in problem.costs]))
        linear = sum(-problem.blocks[b] for b in diagonal)
        self.cone = SymCone(f=0, l=linear, q=(), s=tuple(problem.blocks[b] for b in dense))

    def solve(self, digits: int, bits: int, start: float, threads: int) -> tuple[Fraction, float, int, str]:
        """(value of the minimum, seconds, iterations, phase). The value is bᵀx with the x of the result file, in full digits."""
        options = {
            "mpfPrecision": bits,
            "epsilonStar": 10.0**-digits,
            "epsilonDash": 10.0**-digits,
            "lambdaStar": start,
            "maxIteration": 500,
            "numThreads": threads,
            "print": "no",
            "sdpaResult": "result",
            "xPrint": "NOPRINT",
            "sPrint": "NOPRINT",
            "yPrint": "%+.60Fe",
        }
        call = (self.constraints, self.right, self.objective, self.cone, sdpap.param(options, True))
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "call").write_bytes(pickle.dumps(call))
            # The peer never closes its result file: only the end of a process brings all of it to the disk.
            subprocess.run([sys.executable, __file__, "--child"], cwd=folder, check=True)
            seconds, info = pickle.loads((Path(folder) / "answer").read_bytes())
            text = (Path(folder) / "result").read_text()
        vector = re.search(r"^xVec =\s*\{([^}]*)\}", text, re.MULTILINE)
        if vector is None:
            raise SystemExit(f"the result file of sdpa-multiprecision holds no xVec:\n{text[-2000:]}")
        numbers = [Fraction(word) for word in vector[1].replace(",", " ").split()]
        costs = (Fraction(double(cost)) for cost in self.problem.costs)
        value = sum((cost * x for cost, x in zip(costs, numbers, strict=True)), Fraction(0))
        return value, seconds, int(info["iteration"]), str(info["phasevalue"])


def child() -> None:
    """Solve the program in the file "call" of the current folder; called by `Peer.solve` in a process of its own."""
    call = pickle.loads(Path("call").read_bytes())
    begin = time.perf_counter()
    *_, info = sdpacall.solve_sdpa(*call)
    Path("answer").write_bytes(pickle.dumps((time.perf_counter() - begin, info)))


def digits_of(value: Fraction, reference: Fraction) -> float:
    """The number of correct digits."""
    return 99.0 if value == reference else -log10(abs((value - reference) / reference))


def decimal(value: Fraction, places: int = 20) -> str:
    scaled = round(value * 10**places)
    return f"{scaled // 10**places}.{scaled % 10**places:0{places}d}"


def compare(model: Model, digits: int, bits: int, threads: int) -> None:
    """One row for each solver."""
    ours = ka.solve(model, settings=ka.Settings(gap=10.0**-digits, threads=threads))
    fine = ka.solve(model, settings=ka.Settings(gap=10.0 ** -(digits + EXTRA_DIGITS), threads=threads))
    reference = (fraction(fine.primal_objective) + fraction(fine.dual_objective)) / 2
    value = (fraction(ours.primal_objective) + fraction(ours.dual_objective)) / 2
    row("kissalg", ours.seconds, ours.iterations, value, reference, ours.status.value)

    points = {identity.name: choose_points(identity.space, model.candidates(identity)) for identity in model.identities}
    peer = Peer(sampled_sdpa(model, points, orthonormal_bases(model, points)))
    minimum, seconds, iterations, phase = peer.solve(digits, bits, 1e4, threads)
    row("sdpa-multiprecision", seconds, iterations, fraction(model.objective.constant) + minimum, reference, phase)
    print(f"{'':22}{'ratio of the times':>18} {seconds / ours.seconds:6.1f}")


def row(name: str, seconds: float, iterations: int, value: Fraction, reference: Fraction, status: str) -> None:
    print(
        f"  {name:20}{seconds:9.2f} s {iterations:5d} it {digits_of(value, reference):6.1f} digits   {decimal(value)}  {status}"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dimension", type=int, default=4)
    parser.add_argument("--cos", default="1/2")
    parser.add_argument("--degrees", type=int, nargs="+", default=[5, 6, 7])
    parser.add_argument("--digits", type=int, default=12, help="relative gap 10^-DIGITS for both")
    parser.add_argument("--bits", type=int, default=200, help="working precision of the peer")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--sdplib", type=Path, nargs="*", default=[], help="only solve these .dat-s files with the peer"
    )
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.child:
        child()
        return
    for path in options.sdplib:
        peer = Peer(read_sdpa(path.read_text()))
        value, seconds, iterations, phase = peer.solve(options.digits, options.bits, 1e2, options.threads)
        print(f"{path.name}: {decimal(-value, 40)}  {seconds:.2f} s  {iterations} iterations  {phase}")
    if options.sdplib:
        return
    ka.solve(ka.kissing(3, 2))  # compile, outside the timings
    for degree in options.degrees:
        model = ka.three_point(options.dimension, options.cos, degree)
        print(
            f"n = {model.n}, cos = {model.cos}, degree {degree}: {model.equations} equations, goal 10^-{options.digits}"
        )
        compare(model, options.digits, options.bits, options.threads)


if __name__ == "__main__":
    main()
