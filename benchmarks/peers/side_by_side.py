"""The same semidefinite program by kissalg, by sdpa-multiprecision (SDPA-GMP with a Python call), and by Clarabel in
double precision, in one run.

    pip install '.[sdpa]'
    python benchmarks/peers/side_by_side.py --dimension 12 --degrees 5 6 7 --write docs/peers.md

All get the three-point bound sampled at the same points in bases that are orthonormal at the points (to double
precision), and the same goal: a relative gap of 10^-DIGITS; Clarabel, which has no such digits, 10^-8. kissalg chooses
its precision by itself, the peer has --bits. What is printed, and what it means, is in the page that --write makes.

Two limits of the peer's Python call, which are not those of SDPA-GMP: it takes the problem as doubles, so that what it
solves is a problem about 10^-16 away; and it returns doubles, so that its full digits and its times have to be read
from its result file.
"""

import argparse
import os
import pickle
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from importlib.metadata import version
from math import log10
from pathlib import Path

import numpy as np
import scipy.sparse
import sdpap
from flint import fmpq
from sdpap.sdpacall import sdpacall
from sdpap.symcone import SymCone
from threadpoolctl import threadpool_limits

import kissalg as ka
from kissalg.atomic import write_atomically
from kissalg.exact.rational import fraction
from kissalg.sdp.model import Model
from kissalg.sdp.sdpa import SdpaProblem, read_sdpa, sampled_sdpa
from kissalg.solvers.float64 import solve_float64
from kissalg.solvers.float64.sampled import orthonormal_bases
from kissalg.solvers.multiprecision.build_problem import numeric_problem
from kissalg.solvers.multiprecision.constraint_maps import ConstraintMaps
from kissalg.solvers.multiprecision.interior_point import initial_state, iterate
from kissalg.solvers.multiprecision.newton_system import factorise, images, schur_complement
from kissalg.solvers.multiprecision.sample_points import choose_points
from kissalg.solvers.multiprecision.workers import Workers

EXTRA_DIGITS = 3


def double(value: fmpq) -> float:
    return int(value.p) / int(value.q)


@dataclass
class Result:
    """One solver's run. `phases`: seconds of one iteration, and of its parts; `digits`, correct digits of the value."""

    solver: str
    seconds: float
    iterations: int
    bits: int
    status: str
    phases: dict[str, float]
    digits: float = 0.0


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

    def solve(self, digits: int, bits: int, start: float, threads: int) -> tuple[Fraction, Result]:
        """(value of the minimum, figures). The value is bᵀx with the x of the result file, in full digits; so are the
        times.
        """
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
        iterations = int(info["iteration"])
        phases = {
            "iteration": _time(text, "Main Loop") / iterations,
            "Schur complement": _time(text, "Make bMat time") / iterations,
            "its factor": _time(text, "Cholesky bMat") / iterations,
        }
        return value, Result("sdpa-multiprecision", seconds, iterations, bits, str(info["phasevalue"]), phases)


def _time(text: str, name: str) -> float:
    """The seconds of a phase in the peer's result file."""
    found = re.search(rf"^ *{name} *= *([0-9.]+),", text, re.MULTILINE)
    if found is None:
        raise SystemExit(f"the result file of sdpa-multiprecision holds no time for {name!r}:\n{text[:2000]}")
    return float(found[1])


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


def ours(model: Model, digits: int, threads: int) -> tuple[Fraction, Result]:
    """A whole run of kissalg at the precision that it chooses; sampling, set-up and the last projection are in its
    seconds.
    """
    begin = time.perf_counter()
    solution = ka.solve(model, settings=ka.Settings(gap=10.0**-digits, threads=threads))
    seconds = time.perf_counter() - begin
    value = (fraction(solution.primal_objective) + fraction(solution.dual_objective)) / 2
    return value, Result("kissalg", seconds, solution.iterations, solution.bits, solution.status.value, {})


def clarabel(model: Model) -> tuple[Fraction, Result]:
    """Clarabel on the sampled problem, with its own tolerance of 10^-8; the sampling is in its seconds as well."""
    begin = time.perf_counter()
    solution = solve_float64(model)
    seconds = time.perf_counter() - begin
    said = solution.message.removeprefix("Clarabel: ").split(",")[0]
    status = "optimal" if said == "Solved" else said
    result = Result("Clarabel", seconds, solution.iterations, 53, status, {})
    return fraction(solution.primal_objective), result


def phases(model: Model, bits: int, threads: int, warm: int = 8) -> dict[str, float]:
    """Seconds of one iteration of kissalg, and of its parts, at a fixed precision: what an iteration of the peer can be
    compared with.
    """
    points = {i.name: choose_points(model, i) for i in model.identities}
    settings = ka.Settings(bits=bits, threads=threads)
    with threadpool_limits(1), Workers(threads) as pool:
        problem = numeric_problem(model, points, bits + 64, pool).at(bits)
        state = initial_state(problem, settings.start, 1.0 if problem.balanced else settings.start)
        times = []
        for _ in range(warm):
            begin = time.perf_counter()
            iterate(problem, settings, state, pool)
            times.append(time.perf_counter() - begin)
        maps = ConstraintMaps(problem, pool)
        begin = time.perf_counter()
        factors = factorise(maps, state.x, state.z)
        schur = schur_complement(maps, factors, images(maps, factors, state.x).norms, state.x)
        assembled = time.perf_counter()
        schur.bordered_solver()
        return {
            "iteration": sum(times) / warm,
            "Schur complement": assembled - begin,
            "its factor": time.perf_counter() - assembled,
        }


def compare(model: Model, digits: int, bits: int, threads: int) -> list[Result]:
    """The results of the three solvers, with correct digits of the optimum."""
    fine = ka.solve(model, settings=ka.Settings(gap=10.0 ** -(digits + EXTRA_DIGITS), threads=threads))
    reference = (fraction(fine.primal_objective) + fraction(fine.dual_objective)) / 2
    points = {identity.name: choose_points(model, identity) for identity in model.identities}
    peer = Peer(sampled_sdpa(model, points, orthonormal_bases(model, points)))
    runs = [ours(model, digits, threads), peer.solve(digits, bits, 1e4, threads), clarabel(model)]
    runs[1] = (fraction(model.objective.constant) + runs[1][0], runs[1][1])
    runs[0][1].phases = phases(model, bits, threads)
    for value, result in runs:
        result.digits = digits_of(value, reference)
        print(
            f"  {result.solver:20}{result.seconds:9.2f} s {result.iterations:5d} it {result.bits:4d} bits"
            f" {result.digits:6.1f} digits   {decimal(value)}  {result.status}"
        )
        if result.phases:
            print("  " + " " * 20 + "; ".join(f"{name} {x:.4f} s" for name, x in result.phases.items()))
    results = [result for _, result in runs]
    for name, ratio in ratios(results).items():
        print(f"  {'ratio':20}{name}: {ratio:.1f}")
    sys.stdout.flush()
    return results


def ratios(results: Sequence[Result]) -> dict[str, float]:
    """Seconds of the peer by seconds of kissalg, for the whole run and for one iteration at the same precision."""
    mine, peer, *_ = results
    return {"whole": peer.seconds / mine.seconds} | {
        name: peer.phases[name] / max(mine.phases[name], 1e-6) for name in mine.phases
    }


PAGE = """# Side by side with other solvers

The three-point bound in dimension {n}, cos = {cos}, the same sampled program for all, one after the other in one run of `benchmarks/peers/side_by_side.py`
(sdpa-multiprecision {version}, Clarabel {clarabel}; {threads} threads on {cores} cores of {machine}, load {load} before the run).
The goal is a relative gap of 1e-{digits}, 1e-8 for Clarabel. sdpa-multiprecision works with {bits} bits, kissalg with what it finds necessary.

| d | equations | kissalg | sdpa-multiprecision | ratio | Clarabel, double precision |
|---|---|---|---|---|---|
{whole}

Each entry: seconds, iterations, precision at the end, correct digits of the optimum. The seconds of kissalg and Clarabel include sampling and set-up
(for kissalg the projection to the equations as well), those of the peer do not; in return,
its start is a fixed multiple of the identity, and no schedule of precisions. Digits are those of a finer run of kissalg; a status is only said
when it is not "optimal", so a line with few digits is one that the solver took for solved.

One iteration of both at {bits} bits, so that only the implementation differs, in seconds:

| d | iteration | ratio | Schur complement | ratio | its factor | ratio |
|---|---|---|---|---|---|---|
{parts}

The Schur complement of the peer is made from dense matrices of data (it knows sparsity, not low rank), that of kissalg from the factors of X and Z
by products of residues (factors and norms included).
"""


def page(results: dict[int, tuple[int, list[Result]]], options: argparse.Namespace) -> str:
    def entry(r: Result) -> str:
        ended = "" if r.status in ("optimal", "pdOPT") else f", *{r.status}*"
        return f"{r.seconds:.2f} s, {r.iterations} it., {r.bits} bits, {r.digits:.1f} digits{ended}"

    whole, parts = [], []
    for degree, (equations, (mine, peer, double)) in results.items():
        ratio = ratios((mine, peer))
        whole.append(
            f"| {degree} | {equations} | {entry(mine)} | {entry(peer)} | {ratio['whole']:.0f} | {entry(double)} |"
        )
        cells = (f"{mine.phases[name]:.4f} : {peer.phases[name]:.3f} | {ratio[name]:.0f}" for name in mine.phases)
        parts.append(f"| {degree} | " + " | ".join(cells) + " |")
    return PAGE.format(
        n=options.dimension,
        cos=options.cos,
        version=version("sdpa-multiprecision"),
        clarabel=version("clarabel"),
        threads=options.threads,
        cores=os.cpu_count(),
        machine=platform.processor() or platform.machine(),
        load=f"{options.load:.1f}",
        digits=options.digits,
        bits=options.bits,
        whole="\n".join(whole),
        parts="\n".join(parts),
    )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dimension", type=int, default=12)
    parser.add_argument("--cos", default="1/2")
    parser.add_argument("--degrees", type=int, nargs="+", default=[5, 6, 7])
    parser.add_argument("--digits", type=int, default=12, help="relative gap 10^-DIGITS")
    parser.add_argument("--bits", type=int, default=200, help="working precision of the peer")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--write", type=Path, help="write the tables to this page")
    parser.add_argument(
        "--sdplib", type=Path, nargs="*", default=[], help="only solve these .dat-s files with the peer"
    )
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    options.load = os.getloadavg()[0]
    if options.child:
        child()
        return
    for path in options.sdplib:
        peer = Peer(read_sdpa(path.read_text()))
        value, found = peer.solve(options.digits, options.bits, 1e2, options.threads)
        print(
            f"{path.name}: {decimal(-value, 40)}  {found.seconds:.2f} s  {found.iterations} iterations  {found.status}"
        )
    if options.sdplib:
        return
    ka.solve(ka.kissing(3, 2))  # compile, outside the timings
    found_by_degree = {}
    for degree in options.degrees:
        model = ka.three_point(options.dimension, options.cos, degree)
        print(
            f"n = {model.n}, cos = {model.cos}, degree {degree}: {model.equations} equations, goal 10^-{options.digits}"
        )
        found_by_degree[degree] = (model.equations, compare(model, options.digits, options.bits, options.threads))
        if options.write is not None:
            write_atomically(options.write, page(found_by_degree, options).encode())


if __name__ == "__main__":
    main()
