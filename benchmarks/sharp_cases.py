"""Sharp bounds and sums of squares, case by case: the table of docs/sharp-cases.md and the certificates of
`certificates/sharp` and `certificates/polynomials`.

    python benchmarks/sharp_cases.py [--only NAME] [--certificates FOLDER] [--page FILE]

Every case is solved, rounded to a face, written, and checked by the kernel and the second opinion. Without --page the
table goes to standard output.
"""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import kissalg as ka
from kissalg.algebra.groups import FiniteGroup, cyclic_group, hyperoctahedral_group, symmetric_group
from kissalg.atomic import write_atomically
from kissalg.certificate import Certificate
from kissalg.families.nonnegative import minima
from kissalg.families.nonnegative.model import statement
from kissalg.sdp.model import Model, PsdVariable

HEADER = """\
# Sharp bounds and sums of squares: the cases

Written by `python benchmarks/sharp_cases.py --page docs/sharp-cases.md`; times in seconds on one shared core, so only their orders of magnitude mean anything.
*Before* and *after* are the Gram blocks without and with the group (for codes, which have no further group: the blocks of the problem), and, after an arrow,
their ranks on the face where it is smaller. *Bits* are those of the solver's last iterations and of the largest common denominator in the certificate.

| case | group | blocks before | blocks after → ranks | field | bits: solver, denominators | solve | round | check | bytes | exact value |
|---|---|---|---|---|---|---|---|---|---|---|
"""

MOTZKIN = "x^4*y^2 + x^2*y^4 + 1 - 3*x^2*y^2"
MOTZKIN_FORM = "x^4*y^2 + x^2*y^4 + z^6 - 3*x^2*y^2*z^2"
ROBINSON = "x^6+y^6+z^6-(x^4*y^2+x^2*y^4+x^4*z^2+x^2*z^4+y^4*z^2+y^2*z^4)+3*x^2*y^2*z^2"
CHOI_LAM = "x^4*y^2 + y^4*z^2 + z^4*x^2 - 3*x^2*y^2*z^2"
PENTAGON = "v*w + w*x + x*y + y*z + z*v"


@dataclass
class Clock:
    """Seconds by stage, and what passed through."""

    seconds: dict[str, float] = field(default_factory=dict)
    ranks: dict[str, tuple[int, int]] = field(default_factory=dict)

    def timed(self, stage: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, on the clock."""

        def wrapped(*arguments: Any, **options: Any) -> Any:
            begin = time.perf_counter()
            try:
                result = call(*arguments, **options)
            finally:
                self.seconds[stage] = self.seconds.get(stage, 0) + time.perf_counter() - begin
            if stage == "round":
                self.ranks = result.ranks
            return result

        return wrapped


@contextmanager
def watched(clock: Clock) -> Iterator[None]:
    """The solver and the rounding that `kissalg.families.nonnegative.minima` uses, on the clock."""
    before = minima.solve, minima.round_to_face
    minima.solve, minima.round_to_face = clock.timed("solve", before[0]), clock.timed("round", before[1])
    try:
        yield
    finally:
        minima.solve, minima.round_to_face = before


@dataclass(frozen=True)
class Case:
    """A name in the table, the file, the group, the blocks before it, and how to make the certificate."""

    title: str
    file: str
    group: str
    before: str
    make: Callable[[Clock], Certificate]


def blocks(sizes: list[int]) -> str:
    """5, 4², 1³."""
    parts = []
    for size in sorted(set(sizes), reverse=True):
        count = sizes.count(size)
        parts.append(str(size) if count == 1 else f"{count} of {size}")
    return ", ".join(parts) or "none"


def code(problem: Model, title: str, file: str) -> Case:
    """The exact optimum of a bound for codes."""

    def make(clock: Clock) -> Certificate:
        run = clock.timed("solve", ka.solve)(problem, settings=ka.sharp_settings())
        return ka.certify(clock.timed("round", ka.round_to_face)(run))

    sizes = [v.size for v in problem.variables if isinstance(v, PsdVariable)]
    return Case(title, f"sharp/{file}", "O(n)", blocks(sizes), make)


def polynomial(
    title: str, file: str, p: str, *, minimum: bool = True, group: FiniteGroup | None = None, **options: Any
) -> Case:
    """The minimum of a polynomial, or a proof that it is nonnegative."""

    def make(clock: Clock) -> Certificate:
        with watched(clock):
            call = ka.minimize if minimum else ka.certify_nonnegative
            return call(p, group=group, **options)

    plain = statement(p, **options)
    name = "none" if group is None else f"{group.name}, order {group.order}"
    return Case(title, f"polynomials/{file}", name, blocks([b.size for b in plain.blocks]), make)


def cases() -> Iterator[Case]:
    """All of them, quick ones first."""
    root5 = ka.quadratic_field(5)
    delsarte = [
        ("pentagon", 2, root5("-1/4", "1/4"), 2, 5),
        ("octahedron", 3, root5(0), 1, 6),
        ("icosahedron", 3, root5(0, "1/5"), 2, 12),
        ("600-cell", 4, root5("1/4", "1/4"), 9, 120),
        ("Clebsch", 5, "1/5", 2, 16),
        ("Schläfli", 6, "1/4", 2, 27),
        ("28 equiangular lines", 7, "1/3", 3, 56),
        ("E8", 8, "1/2", 3, 240),
        ("isotropic subspaces", 21, "1/9", 2, 112),
        ("strongly regular", 21, "1/7", 2, 162),
        ("Higman–Sims", 22, "1/11", 2, 100),
        ("McLaughlin", 22, "1/6", 2, 275),
        ("891 points", 22, "1/4", 3, 891),
        ("276 equiangular lines", 23, "1/5", 3, 552),
        ("4600 points", 23, "1/3", 4, 4600),
        ("Leech lattice", 24, "1/2", 5, 196560),
    ]
    for name, n, cos, degree, size in delsarte:
        problem = ka.delsarte(n, cos, degree)
        yield code(problem, f"Delsarte, {name}, n = {n}, degree {2 * degree}", f"delsarte-{n}-{size}")
    s2, s3, b2, b3 = symmetric_group(2), symmetric_group(3), hyperoctahedral_group(2), hyperoctahedral_group(3)
    signs = FiniteGroup.from_signed_permutations([(2, 1, 3), (-1, 2, 3), (1, 2, -3)], "B2 x B1")
    cyclic = FiniteGroup.from_signed_permutations([(2, 3, 1), (-1, 2, 3)], "C3 with signs")
    dihedral = FiniteGroup.from_permutations([[1, 2, 3, 4, 0], [0, 4, 3, 2, 1]], "D5")
    sphere, simplex = ["x^2 + y^2 + z^2 - 1"], ["x + y + z - 1"]
    lasserre = "(x^2 + 1)^2 + (y^2 + 1)^2 - 2*(x + y + 1)^2"
    five = ["v^2 + w^2 + x^2 + y^2 + z^2 - 1"]
    yield polynomial("x⁴ + x", "quartic", "x^4 + x")
    yield polynomial("T_6 on [-1, 1] (Lukács)", "chebyshev-6", "32*x^6 - 48*x^4 + 18*x^2 - 1", on=["1 - x^2"])
    yield polynomial("T_5 on [-1, 1] (Lukács)", "chebyshev-5", "16*x^5 - 20*x^3 + 5*x", on=["1 - x", "1 + x"])
    yield polynomial("Lasserre's quartic", "lasserre", lasserre, group=s2)
    yield polynomial("Motzkin times 1 + x² + y²", "motzkin", MOTZKIN, minimum=False, group=b2, multiplier=(1, 1))
    square = {"on": ["x", "y", "z"], "equal": simplex}
    yield polynomial("Σ x² on the simplex", "simplex", "x^2 + y^2 + z^2", group=s3, **square)
    yield polynomial("-xyz on the simplex", "simplex-cubic", "-x*y*z", group=s3, degree=4, **square)
    yield polynomial("xyz on the sphere", "sphere", "x*y*z", equal=sphere, degree=4, group=cyclic_group(3))
    yield polynomial("Σ x⁴ on the sphere", "sphere-quartic", "x^4 + y^4 + z^4", equal=sphere, group=b3)
    yield polynomial("Motzkin on the sphere", "motzkin-sphere", MOTZKIN_FORM, equal=sphere, degree=8, group=signs)
    yield polynomial("vw + wx + … + zv on the sphere", "pentagon", PENTAGON, equal=five, group=dihedral)
    yield code(ka.three_point(4, "1/6", degree=4), "three-point, Petersen, n = 4, d = 4", "three-point-4-10")
    yield polynomial("Choi–Lam times Σ x²", "choi-lam", CHOI_LAM, minimum=False, group=cyclic, multiplier=(0, 1))
    yield polynomial("Robinson times Σ x²", "robinson", ROBINSON, minimum=False, group=b3, multiplier=(0, 1))


def row(case: Case, folder: Path | None) -> str:
    """Make one certificate, check it, and describe it."""
    clock = Clock()
    certificate = case.make(clock)
    data = certificate.to_bytes()
    report = clock.timed("check", ka.verify)(data)
    assert report.verified, report
    assert ka.second_opinion(data).verified
    if folder is not None:
        path = folder / f"{case.file}.json.xz"
        path.parent.mkdir(parents=True, exist_ok=True)
        certificate.save(path)
    provenance = certificate.document["provenance"]
    found = re.fullmatch(r"denominators of at most (\d+) bits, over (.*)", provenance["face"])
    assert found is not None
    assert report.claim is not None
    _, given, value = report.claim.theorem.partition(" which give the bound ")
    ranks = [f"{size}" if size == rank else f"{size} → {rank}" for size, rank in clock.ranks.values()]
    seconds = (f"{clock.seconds.get(stage, 0):.1f}" for stage in ("solve", "round", "check"))
    after = (
        "; ".join(ranks)
        if len(ranks) <= 10
        else f"{len(ranks)} blocks, {'; '.join(sorted(ranks, key=lambda r: -int(r.split(' ')[0]))[:4])}; …"
    )
    numbers = f"{provenance['bits']}, {found[1]}"
    exact = value if given else str(report.claim.bound)
    return (
        f"| {case.title} | {case.group} | {case.before} | {after} | {found[2]} | {numbers} | {' | '.join(seconds)} |"
        f" {len(data)} | {exact} |\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", help="cases whose file has this in its name")
    parser.add_argument("--certificates", type=Path, help="where to write the certificates, such as certificates")
    parser.add_argument("--page", type=Path, help="the page to write")
    options = parser.parse_args()
    text = HEADER
    print(HEADER, end="", flush=True)
    for case in cases():
        if options.only is None or options.only in case.file:
            line = row(case, options.certificates)
            print(line, end="", flush=True)
            text += line
    if options.page is not None:
        write_atomically(options.page, text.encode())


if __name__ == "__main__":
    main()
