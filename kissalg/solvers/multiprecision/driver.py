"""The driver of the multiprecision solver: sample points, precision schedule, statuses, checkpoints."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import log2

import numpy as np
from threadpoolctl import threadpool_limits

from kissalg.errors import ParameterError
from kissalg.sdp.dependence import independent_points
from kissalg.sdp.model import Model, Point
from kissalg.solvers.multiprecision.build_problem import numeric_problem, setup_bits
from kissalg.solvers.multiprecision.change_coordinates import (
    condition_bound,
    congruence,
    coordinate_factors,
    in_coordinates,
    in_first_coordinates,
)
from kissalg.solvers.multiprecision.checkpoint import Progress, decode, encode, fingerprint
from kissalg.solvers.multiprecision.cholesky import PrecisionLostError
from kissalg.solvers.multiprecision.constraint_maps import ConstraintMaps, Values
from kissalg.solvers.multiprecision.improving_rays import dual_ray, is_interior, is_positive, primal_ray
from kissalg.solvers.multiprecision.interior_point import State, Step, dual_residual, initial_state, iterate, rounded
from kissalg.solvers.multiprecision.interior_point_float64 import FLOAT64_BITS, iterate_float64
from kissalg.solvers.multiprecision.matrix import LONGEST_BITS, Engine, Matrix, magnitude
from kissalg.solvers.multiprecision.numeric_solution import numeric_solution, rational
from kissalg.solvers.multiprecision.problem import Block, NumericProblem, VectorBlock
from kissalg.solvers.multiprecision.problem_float64 import Float64Problem
from kissalg.solvers.multiprecision.project_equations import project_onto_equations
from kissalg.solvers.multiprecision.residues import BASE_BITS
from kissalg.solvers.multiprecision.sample_points import choose_points
from kissalg.solvers.multiprecision.scalar import Scalar
from kissalg.solvers.multiprecision.workers import Workers
from kissalg.solvers.settings import Settings
from kissalg.solvers.solution import NumericSolution
from kissalg.solvers.status import Checkpoint, Iteration, Status

__all__ = ["solve"]

_STALLS = 4  # iterations with very short steps before the precision is raised, or the run given up
_RAY = 1e6  # an objective so far below the dual one, or zero, calls for the search for a ray
_SPREAD = 2.0**16  # a condition of X beyond which its coordinates are changed
_STALLED_SURPLUS = 96  # a run that stalls with so many bits more than at the start is given up


def _final_bits(problem: Model, bits: int) -> int:
    """The precision of the projection at the end: what conversion to coefficients loses, beyond that of the iterations.

    Coefficients are absorbed below the least eigenvalues, of 2^-40 to 2^-80; the condition of the bases was found to
    grow like 2^(1.1 · degree of the identities).
    """
    return max(bits + 72, 144) + 2 * max(i.space.degree for i in problem.identities)


def solve(
    problem: Model,
    *,
    bits: int | None = None,
    settings: Settings | None = None,
    checkpoint: Checkpoint | None = None,
    progress: Callable[[Iteration], None] | None = None,
) -> NumericSolution:
    """Solve an exact model numerically, in multiprecision.

    The run stops at a relative gap (`Settings.gap`) that leaves the solution in the interior of the cone, and projects
    it onto the equations, so that it can be rounded. If the problem has no interior point, `strictly_feasible` of the
    result is False.

    Args:
        problem: the exact model, for instance of `kissalg.three_point`.
        bits: working precision at the start; overrides `settings.bits`.
        settings: tolerances, precision and limits; by default those of `Settings`.
        checkpoint: where to keep the state after each iteration. If it already holds one, the run continues from there,
            with its settings; of the `settings` given now only gap, max_bits, max_iterations and threads count, and
            `bits` raises the precision.
        progress: called after each iteration.

    Returns:
        The numerical solution, whatever the status.

    Raises:
        SolverError: the problem cannot be sampled (a dependent basis, too few candidate points).
        InfeasibleError: equations of a generic program contradict each other.
        ParameterError: the checkpoint belongs to another problem, or the precision is out of range.
        RunError: the checkpoint cannot be read.

    >>> from kissalg.families.three_point.model import kissing
    >>> solution = solve(kissing(4, degree=3))
    >>> solution.status.value, round(int(solution.primal_objective * 10**6) / 10**6, 3)
    ('optimal', 26.0)
    """
    explicit = settings is not None
    settings = settings or Settings()
    if bits is not None:
        settings = replace(settings, bits=bits, max_bits=max(bits, settings.max_bits))
    with threadpool_limits(limits=1), Workers(settings.threads) as pool:
        run = _Run.begin(problem, settings, checkpoint, pool, explicit=explicit)
        if bits is not None and run.bits < _precision(bits):
            run.settings = replace(run.settings, max_bits=max(bits, run.settings.max_bits))
            run.move_to(bits, pool)
        return run.until_done(checkpoint, progress, pool)


@dataclass(eq=False)
class _Run:
    """A run in progress.

    Attributes:
        master: the problem at the highest precision in sight.
        numeric: the problem that is iterated on.
        goal: a relative gap to reach before the next projection, when a projection has left the cone.
    """

    problem: Model
    settings: Settings
    points: dict[str, list[Point]]
    master: NumericProblem
    numeric: NumericProblem
    state: State
    bits: int
    stalls: int
    seconds: float
    goal: float = 1.0
    lowers: Values = field(default_factory=dict)
    float64: Float64Problem | None = None

    @staticmethod
    def begin(
        problem: Model, settings: Settings, checkpoint: Checkpoint | None, pool: Workers, *, explicit: bool
    ) -> _Run:
        points = {i.name: independent_points(i, choose_points(problem, i)) for i in problem.identities}
        data = checkpoint.load() if checkpoint is not None else None
        if data is None:
            bits = _precision(settings.bits)
            master = numeric_problem(problem, points, _final_bits(problem, bits), pool)
            numeric = master.at(_multiprecision(bits))
            state = initial_state(numeric, settings.start, 1.0 if master.balanced else settings.start)
            return _Run(problem, settings, points, master, numeric, state, bits, 0, 0.0)
        past = decode(data)
        if past.fingerprint != fingerprint(problem, points):
            raise ParameterError(
                f"the checkpoint belongs to another problem than {problem.theorem}; give another folder"
            )
        # limits and goals may change from run to run, what the past iterations depend on may not
        merged = (
            replace(
                past.settings,
                gap=settings.gap,
                max_bits=max(settings.max_bits, past.settings.bits),
                max_iterations=settings.max_iterations,
                threads=settings.threads,
            )
            if explicit
            else past.settings
        )
        master = numeric_problem(problem, points, past.master_bits, pool)
        numeric = in_coordinates(master, past.lowers, _multiprecision(past.bits), pool)
        return _Run(
            problem,
            merged,
            points,
            master,
            numeric,
            past.state,
            past.bits,
            past.stalls,
            past.seconds,
            past.goal,
            past.lowers,
        )

    @cached_property
    def fingerprint(self) -> str:
        """What tells the problem in every checkpoint; neither it nor the points change during a run."""
        return fingerprint(self.problem, self.points)

    def progress(self) -> Progress:
        """What a checkpoint stores."""
        master_bits = self.master.engine.bits
        return Progress(
            self.fingerprint,
            self.state,
            self.lowers,
            self.settings,
            self.bits,
            master_bits,
            self.stalls,
            self.seconds,
            self.goal,
        )

    def until_done(
        self, checkpoint: Checkpoint | None, progress: Callable[[Iteration], None] | None, pool: Workers
    ) -> NumericSolution:
        """Iterate to the end."""
        while True:
            began = time.perf_counter()
            try:
                if condition_bound(self.numeric, self.state.x) > _SPREAD:
                    self.change_coordinates(pool)
                step = self.step(pool)
            except PrecisionLostError as error:
                end = self.diverged(pool)  # no precision holds what grows so fast
                if end is not None:
                    return self.result(*end)
                if not self.raise_precision(pool):
                    return self.result(Status.PRECISION_EXHAUSTED, f"{error}, and {self.exhausted()}")
                continue
            self.seconds += time.perf_counter() - began
            if progress is not None:
                progress(step.iteration)
            if (
                step.finished and self.bits < self.wanted()
            ):  # small gaps are asked for by who wants the digits of the solution, too
                self.move_to(self.wanted(), pool)
                self.goal = step.iteration.gap / 8
                continue
            if step.finished:
                solution = self.optimal(step, pool)
                if solution is not None:
                    return solution
                # a further step brings X nearer to the equations; if one did not help, rounding is in the way
                again, self.goal = self.goal < self.settings.gap, step.iteration.gap / 8
                if again and not self.raise_precision(pool):
                    return self.result(
                        Status.PRECISION_EXHAUSTED,
                        f"the projection onto the equations leaves the cone, and {self.exhausted()}",
                        step,
                    )
                continue
            end = self.verdict(step, pool)
            if checkpoint is not None:
                checkpoint.store(encode(self.progress()))
            if end is not None:
                return self.result(*end, step)

    def wanted(self) -> int:
        """The precision of the last steps: twice the digits of the gap.

        Rounding then moves the solution by less than the gap does.
        """
        return min(self.settings.max_bits, int(-2 * log2(self.settings.gap)))

    def step(self, pool: Workers) -> Step:
        """One iteration, in the arithmetic that the precision calls for."""
        if self.bits > FLOAT64_BITS:
            settings = replace(self.settings, gap=min(self.goal, self.settings.gap))
            return iterate(self.numeric, settings, self.state, pool)
        if self.float64 is None:
            self.float64 = Float64Problem.of(self.numeric)
        return iterate_float64(self.float64, self.settings, self.state, pool)

    def verdict(self, step: Step, pool: Workers) -> tuple[Status, str] | None:
        """The reason to stop after a step, if there is one; the precision is raised here when it is in the way."""
        settings, iteration = self.settings, step.iteration
        if self.bits <= FLOAT64_BITS:  # float64 decides nothing
            return self.limit()
        ray = self.ray(step, pool)
        if ray is not None:
            return ray
        useless = self.useless(iteration)
        if useless is not None:
            return useless
        self.stalls = self.stalls + 1 if step.short else 0
        if self.stalls >= _STALLS:
            if self.bits > settings.bits + _STALLED_SURPLUS or not self.raise_precision(pool):
                advice = "change settings.start; or there are no interior points (a higher degree may have some)"
                return Status.STALLED, f"the steps stay too short: {advice}"
        elif step.noisy and not self.raise_precision(pool):
            message = f"the residual of the equations grows by rounding, and {self.exhausted()}"
            return Status.PRECISION_EXHAUSTED, message
        return self.limit()

    def exhausted(self) -> str:
        """The end of a message when no more bits are allowed."""
        return f"max_bits = {self.settings.max_bits} is reached; raise it"

    def limit(self) -> tuple[Status, str] | None:
        """The verdict when there were enough iterations."""
        if self.state.index < self.settings.max_iterations:
            return None
        message = f"max_iterations = {self.settings.max_iterations} is reached; resume with more"
        return Status.ITERATION_LIMIT, message

    def useless(self, iteration: Iteration) -> tuple[Status, str] | None:
        """The verdict when the run proves more than is of use.

        Either the dual value is above a trivial one, or the primal value falls without bound.
        """
        trivial = self.problem.trivial_value
        limit = self.settings.unbounded if trivial is None else min(self.settings.unbounded, rounded(rational(trivial)))
        if not self.state.residual and iteration.dual_objective > limit:
            value = f"the dual is feasible with the objective {iteration.dual_objective:.1e}"
            return (
                Status.INFEASIBLE,
                f"{value}: feasible points, if there are any, are worse than the trivial {limit:.1e}",
            )
        return self.unbounded(iteration.primal_objective)

    def unbounded(self, objective: float) -> tuple[Status, str] | None:
        """The verdict when points that satisfy the equations have very low objectives."""
        if self.state.solved and objective < -self.settings.unbounded:
            return Status.UNBOUNDED, f"feasible points have objectives below {objective:.1e}: unbounded"
        return None

    def diverged(self, pool: Workers) -> tuple[Status, str] | None:
        """`unbounded` at the present point, which is later than that of the last progress line."""
        if self.bits <= FLOAT64_BITS:
            return None
        return self.unbounded(rounded(ConstraintMaps(self.numeric, pool).objective(self.state.x, self.state.y)[0]))

    def raise_precision(self, pool: Workers) -> bool:
        """Continue with one limb more (a quarter more above 240 bits); False when that is not allowed."""
        step = max(BASE_BITS, self.bits // 240 * 60)
        if self.bits > FLOAT64_BITS:
            bits = self.bits + step
        else:  # one limb more is cheaper than to end twice
            bits = max(_multiprecision(0), min(self.wanted(), _multiprecision(0) + BASE_BITS))
        if bits > self.settings.max_bits or setup_bits(self.problem, _final_bits(self.problem, bits)) > LONGEST_BITS:
            return False
        self.move_to(bits, pool)
        return True

    def move_to(self, bits: int, pool: Workers) -> None:
        """Continue with so many bits."""
        bits = _precision(bits)
        if self.bits <= FLOAT64_BITS:
            for values in (self.state.x, self.state.z):
                values.update({b.name: _inside(self.numeric.engine, b, values[b.name]) for b in self.numeric.cones})
        self.bits, self.stalls, self.float64, self.state.expected = bits, 0, None, float("inf")
        if bits + 64 > self.master.engine.bits:
            self.master = numeric_problem(self.problem, self.points, _final_bits(self.problem, bits), pool)
        self.renew(pool)

    def change_coordinates(self, pool: Workers) -> None:
        """Continue in the coordinates in which X is the identity."""
        engine = self.numeric.engine
        lowers = coordinate_factors(self.numeric, self.state.x, pool)
        for name, lower in lowers.items():
            self.state.x[name] = Matrix.identity(lower.shape[0])
            self.state.z[name] = congruence(engine, self.state.z[name], lower)
            self.lowers[name] = engine.matmul(self.lowers[name], lower) if name in self.lowers else lower
        self.float64 = None
        self.renew(pool)

    def renew(self, pool: Workers) -> None:
        """The problem in the present coordinates at the present precision, and the dual residual in it."""
        exact = not self.state.residual
        self.numeric = in_coordinates(self.master, self.lowers, _multiprecision(self.bits), pool)
        self.state.residual = dual_residual(self.numeric, self.state, pool)
        if exact:  # the dual was feasible: it stays so, and Z moves by the rounding of the lower precision
            engine = self.numeric.engine
            moved = {name: engine.add(z, self.state.residual[name]) for name, z in self.state.z.items()}
            if is_interior(self.numeric, moved, pool):
                self.state.z = moved
                self.state.residual = self.free_residual()

    def free_residual(self) -> Values:
        """What is left of the dual residual when Z has taken up the rest.

        It is that of free variables, which have no Z; empty without them.
        """
        state, problem = self.state, self.numeric
        if not problem.free:
            return {}
        zero = {name: Matrix.zeros(*z.shape) for name, z in state.z.items()}
        return {**zero, **{f.name: state.residual[f.name] for f in problem.free}}

    def ray(self, step: Step, pool: Workers) -> tuple[Status, str] | None:
        """The verdict when the iterates are near an improving ray, which then takes their place."""
        y = dual_ray(self.numeric, self.state, pool)
        if y is not None:
            self.state.y = y
            message = "an improving dual ray was found: no values of the variables satisfy the identities"
            return Status.INFEASIBLE, message
        iteration = step.iteration
        level = max(1.0, abs(iteration.dual_objective), abs(rounded(rational(self.numeric.constant))))
        if iteration.primal_objective < -_RAY * level:
            x = primal_ray(self.master, self.first_coordinates(), pool)
            if x is not None:
                self.state.x, self.lowers = x, {}
                message = "an improving ray was found: the objective is unbounded from every feasible point"
                return Status.UNBOUNDED, f"{message}, and the dual has none; the values are the ray"
        return None

    def first_coordinates(self) -> Values:
        """X in the coordinates of the set-up, at its precision."""
        return in_first_coordinates(self.master.engine, self.state.x, self.lowers)

    def optimal(self, step: Step, pool: Workers) -> NumericSolution | None:
        """The final result, projected onto the equations at the precision that coefficients call for.

        None when the projection leaves the cone although a full step has been taken: then more bits are needed.
        """
        x, left = project_onto_equations(self.master, self.first_coordinates(), pool)
        interior = is_interior(self.master, x, pool)
        if self.state.solved and not interior:
            return None
        self.state.x, self.lowers, self.state.solved = x, {}, interior
        message = f"the gap is below the tolerance; projected to a residual of 2^{left:.0f}"
        return self.result(Status.OPTIMAL, message, step)

    def result(self, status: Status, message: str, step: Step | None = None) -> NumericSolution:
        """The end of the run, at its present point."""
        self.state.x, self.lowers = self.first_coordinates(), {}
        return numeric_solution(
            self.problem,
            self.points,
            self.master,
            self.state,
            status=status,
            gap=None if step is None else step.iteration.gap,
            bits=self.bits,
            seconds=self.seconds,
            settings=self.settings,
            message=message,
        )


def _precision(bits: int) -> int:
    """The precision that is used when one is asked for: float64's, or at least three limbs."""
    return FLOAT64_BITS if bits <= FLOAT64_BITS else max(bits, 3 * BASE_BITS)


def _multiprecision(bits: int) -> int:
    """The precision of limbs that goes with a precision that may be float64's."""
    return max(bits, 3 * BASE_BITS)


def _inside(engine: Engine, block: Block, a: Matrix) -> Matrix:
    """A point that float64 took for one of the cone, moved into it if it is not."""
    unit = (
        Matrix(np.ones((1, block.order, 1), dtype=np.int32), 0)
        if isinstance(block, VectorBlock)
        else Matrix.identity(block.order)
    )
    exponent = int(magnitude(a)) - 48 if a.limbs.any() else -48
    while not is_positive(engine, block, a):
        a = engine.combine((1, a), (Scalar.power(exponent), unit))
        exponent += 2
    return a
