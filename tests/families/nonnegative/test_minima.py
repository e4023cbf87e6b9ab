"""Sums of squares: textbook minima, reduced against unreduced, refusals that are proved."""

from fractions import Fraction
from random import Random

import pytest
import sympy
from flint import fmpq, fmpq_mpoly

import kissalg as ka
from kissalg.algebra.groups import FiniteGroup, cyclic_group, hyperoctahedral_group, symmetric_group
from kissalg.algebra.polynomials import monomials, polynomial_ring, polynomials
from kissalg.algebra.symmetry import symmetric_basis
from kissalg.certificate import Certificate
from kissalg.errors import InfeasibleError, ParameterError
from kissalg.families.nonnegative.facial_reduction import without_zeros
from kissalg.families.nonnegative.minima import prove_outside
from kissalg.families.nonnegative.model import statement
from kissalg.kernel import check
from kissalg.rounding import sharp_settings
from kissalg.solvers import solve
from kissalg.solvers.status import Status

MOTZKIN = "x^4*y^2 + x^2*y^4 + 1 - 3*x^2*y^2"
CHOI_LAM = "x^4*y^2 + y^4*z^2 + z^4*x^2 - 3*x^2*y^2*z^2"


def proved(certificate: Certificate) -> Fraction:
    report = ka.verify(certificate)
    assert report.verified, report
    assert report.bound == certificate.bound
    return certificate.bound


def exactly(certificate: Certificate) -> str:
    """The exact bound, as the kernel prints it."""
    report = check(certificate.to_bytes())
    assert report.claim is not None
    return report.claim.theorem.removeprefix("sums of squares, which give the bound ")


@pytest.mark.parametrize(
    ("p", "on", "equal", "minimum"),
    [
        ("x^4 - 3*x^2 + 1", [], [], "-5/4"),
        ("x^2 + y^2 - x*y", [], [], "0"),
        ("(x - 1)^2 + 4*(x - y)^2 + (y^2 - 1)^2", [], [], "0"),
        ("x*y", [], ["x^2 + y^2 - 1"], "-1/2"),
        ("x^2 + y^2 + z^2", ["x", "y", "z"], ["x + y + z - 1"], "1/3"),
        ("-x - y", ["1 - x", "1 - y"], [], "-2"),
        ("x^3 - x", ["x", "2 - x"], [], "-2/9*sqrt(3)"),
        ("x^4 + x", [], [], "3/16*a^1 where 16 + 1*a^3 = 0, -3 <= a <= -2"),
        # Lasserre 2001, Example 1: at x = y = 1.3247, the root of x³ = x + 1
        ("(x^2 + 1)^2 + (y^2 + 1)^2 - 2*(x + y + 1)^2", [], [], "-10 + -2*a^1 + -8*a^2 where 1 + 2*a^1 + 1*a^2 + 1*a^3 = 0, -1 <= a <= -1/2"),
        ("2*x^4 + 2*x^3*y - x^2*y^2 + 5*y^4", [], [], "0"),  # Parrilo 2000
        pytest.param("x^3 - x^2 + 2*x*y - y^2 + y^3", ["x", "y", "x + y - 1"], [], "0", marks=pytest.mark.slow),  # tutorial of SumsOfSquares.jl
        pytest.param("x^4 + y^4 + z^4", [], ["x^2 + y^2 + z^2 - 1"], "1/3", marks=pytest.mark.slow),
    ],
)  # fmt: skip
def test_known_minima(p: str, on: list[str], equal: list[str], minimum: str) -> None:
    certificate = ka.minimize(p, on, equal)
    proved(certificate)
    assert exactly(certificate) == minimum


CHEBYSHEV = [
    "x",
    "2*x^2 - 1",
    "4*x^3 - 3*x",
    "8*x^4 - 8*x^2 + 1",
    "16*x^5 - 20*x^3 + 5*x",
    "32*x^6 - 48*x^4 + 18*x^2 - 1",
]


@pytest.mark.parametrize(
    "p", [pytest.param(p, marks=() if i == 3 else pytest.mark.slow) for i, p in enumerate(CHEBYSHEV)]
)
@pytest.mark.parametrize("on", [["1 - x^2"], pytest.param(["1 - x", "1 + x"], marks=pytest.mark.slow)], ids=str)
def test_chebyshev_polynomials_have_the_minimum_minus_one(p: str, on: list[str]) -> None:
    """Both forms of Lukács' theorem: (1 - x) σ + (1 + x) τ, and σ + (1 - x²) τ with σ of the same degree."""
    certificate = ka.minimize(p, on)
    proved(certificate)
    assert exactly(certificate) == "-1"


def test_a_minimum_of_a_large_degree_is_a_rational_number_just_below() -> None:
    """The six-hump camel: -1.031628453… has no short polynomial."""
    p = "4*x^2 - 21/10*x^4 + 1/3*x^6 + x*y - 4*y^2 + 4*y^4"
    bound = proved(ka.minimize(p, group=FiniteGroup.from_signed_permutations([(-1, -2)]), exact=False))
    assert Fraction("-1.03164") < bound < Fraction("-1.031628453")


@pytest.mark.slow
def test_motzkin_on_the_sphere() -> None:
    """No sum of squares of degree 6 even there; of degree 8 it is one."""
    p, sphere = "x^4*y^2 + x^2*y^4 + z^6 - 3*x^2*y^2*z^2", ["x^2 + y^2 + z^2 - 1"]
    group = FiniteGroup.from_signed_permutations([(2, 1, 3), (-1, 2, 3), (1, 2, -3)])
    assert proved(ka.minimize(p, equal=sphere, group=group, degree=8)) == 0
    with pytest.raises(InfeasibleError, match="it is proved exactly"):
        ka.certify_nonnegative(p, equal=sphere, group=group, degree=6)


def random_quartic(random: Random) -> fmpq_mpoly:
    """A symmetric quartic in x, y, z with rational coefficients, positive at infinity."""
    return random_symmetric(random, 4)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [7, 8, 9])
def test_symmetric_quartics(seed: int) -> None:
    """Inside the cone after a shift by its bound: a rational certificate with three small blocks."""
    p = random_quartic(Random(seed))
    bound = proved(ka.minimize(p, group=symmetric_group(3), exact=False))
    assert (
        proved(ka.certify_nonnegative(p - fmpq(bound.numerator, bound.denominator) + 1, group=symmetric_group(3))) == 0
    )
    with pytest.raises(InfeasibleError, match=r"sums? of squares"):
        ka.certify_nonnegative(p - fmpq(bound.numerator, bound.denominator) - 1, group=symmetric_group(3))


@pytest.mark.parametrize(
    ("p", "options"),
    [
        ("x^4 - 2*x^2*y + 2*y^2 + 1", {}),  # strictly inside: rational rounding
        (MOTZKIN, {"multiplier": (1, 1), "group": hyperoctahedral_group(2)}),
        pytest.param(
            CHOI_LAM,
            {"multiplier": (0, 1), "group": FiniteGroup.from_signed_permutations([(2, 3, 1), (-1, 2, 3)])},
            marks=pytest.mark.slow,
        ),
        ("x^4 + y^4 + z^4 - x*y*z*(x + y + z)", {"group": symmetric_group(3)}),
        pytest.param("1 - x^5", {"on": ["x + 1", "1 - x"], "products": True}, marks=pytest.mark.slow),
    ],
)
def test_nonnegative_polynomials(p: str, options: dict[str, object]) -> None:
    certificate = ka.certify_nonnegative(p, **options)  # type: ignore[arg-type]  # the options are those of the function
    assert proved(certificate) == 0


@pytest.mark.slow
def test_robinson() -> None:
    p = "x^6+y^6+z^6-(x^4*y^2+x^2*y^4+x^4*z^2+x^2*z^4+y^4*z^2+y^2*z^4)+3*x^2*y^2*z^2"
    group = hyperoctahedral_group(3)
    assert proved(ka.certify_nonnegative(p, multiplier=(0, 1), group=group)) == 0
    with pytest.raises(InfeasibleError, match="it is proved exactly"):
        ka.certify_nonnegative(p, group=group)


@pytest.mark.parametrize("degree", [3, *[pytest.param(d, marks=pytest.mark.slow) for d in (4, 5, 6)]])
def test_the_interval_family_of_lukacs(degree: int) -> None:
    """(1 - x)(x - t)² on [-1, 1] with t inside: nonnegative with a double root, of every degree after a factor (x +
    2)^k.
    """
    p = f"(1 - x)*(x - 1/3)^2*(x + 2)^{degree - 3}"
    assert proved(ka.certify_nonnegative(p, on=["x + 1", "1 - x"], products=True)) == 0


def test_products_of_inequalities() -> None:
    """x y >= 0 on the quadrant: Schmüdgen's form has the product, Putinar's has no certificate of degree 2."""
    assert proved(ka.certify_nonnegative("x*y", on=["x", "y"], products=True)) == 0
    with pytest.raises(InfeasibleError, match="a term that no sum of squares of degree 2 with these conditions has"):
        ka.certify_nonnegative("x*y", on=["x", "y"])


def test_sympy_expressions_and_flint_polynomials() -> None:
    x, y = sympy.symbols("x y")
    expression = (x - 2 * y) ** 2 + sympy.Rational(1, 3) * y**2
    (same,) = polynomials(["(x - 2*y)^2 + 1/3*y^2"])
    for p in (expression, same):
        assert proved(ka.minimize(p)) == 0


def test_a_name_that_is_no_symmetry_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"the generator .* changes it"):
        ka.certify_nonnegative("x^2 + 2*y^2", group=symmetric_group(2))
    with pytest.raises(ParameterError, match="to permute the inequalities"):
        ka.minimize("x^2 + y^2", on=["x"], group=symmetric_group(2))
    with pytest.raises(ParameterError, match="to permute the equalities"):
        ka.minimize("x^2 + y^2", equal=["x^2 - 1"], group=symmetric_group(2))


def test_a_set_that_is_not_fixed_is_refused_with_a_point_that_leaves_it() -> None:
    with pytest.raises(
        ParameterError,
        match=(
            r"maps x to y, which is no positive multiple of one of them\. The set is not fixed: it has the point \(0,"
            r" -1\), and not its image \(-1, 0\)"
        ),
    ):
        ka.minimize("x^2 + y^2", on=["x"], group=symmetric_group(2))
    with pytest.raises(
        ParameterError, match=r"is no multiple of one of them\. .* the point \(1, 0\), and not its image \(0, 1\)"
    ):
        ka.minimize("x^2 + y^2", equal=["x^2 - 1"], group=symmetric_group(2))


@pytest.mark.parametrize(
    ("on", "products"), [(["x", "2*y", "1 - x - y"], False), (["1/3*x", "y", "5 - 5*x - 5*y"], True)]
)
def test_conditions_that_are_permuted_up_to_positive_factors(on: list[str], products: bool) -> None:
    """The set is fixed, and the copies of a square have the factors in their weights: the kernel expands them."""
    reduced = ka.minimize("x^2 + y^2 - 2*x*y - x - y", on=on, group=symmetric_group(2), products=products)
    assert proved(reduced) == -1
    with pytest.raises(ParameterError, match=r"2\*x is a positive multiple of x: expected one of the two"):
        ka.minimize("x^2 + y^2", on=["x", "2*x", "y", "2*y"], group=symmetric_group(2))


def test_why_there_is_no_exact_minimum() -> None:
    """No field of degree <= 4 has the minimum of this quintic's square; the certificate says so, and is valid."""
    certificate = ka.minimize("x^6 - x", variables=("x",))
    assert certificate.exact_bound is None
    assert certificate.provenance["not_exact"].startswith("the numbers of the optimal face were not recognised")
    assert ka.verify(certificate).verified
    assert "exact=False" in ka.minimize("x^2 - x", exact=False).provenance["not_exact"]
    with pytest.raises(ParameterError, match=r"field: expected a NumberField, .* found 5"):
        ka.minimize("x^2 - x", field=5)  # type: ignore[arg-type]  # wrong on purpose


def test_the_numerical_value_in_the_provenance_is_on_the_other_side() -> None:
    """A lower bound is proved; the dual solution of the solver says how far it may be from the best one."""
    certificate = ka.minimize("x^4 - 2*x^2")
    assert abs(float(certificate.provenance["numerical_upper_value"]) + 1) < 1e-9
    assert "numerical_lower_value" not in certificate.provenance


def test_equations_may_change_their_sign() -> None:
    """The swap of x and y maps x - y to its negative: the set is fixed."""
    certificate = ka.minimize("x*y - x - y", equal=["x - y"], group=symmetric_group(2))
    assert (proved(certificate), exactly(certificate)) == (-1, "-1")


@pytest.mark.parametrize(
    ("p", "message"),
    [
        ("x^2 - 1", "it is .* at x ="),
        (MOTZKIN, "it is proved exactly: a linear functional"),
        ("w^4 + x^2*y^2 + y^2*z^2 + z^2*x^2 - 4*x*y*z*w", "a term that no sum of squares"),
        ("x^3", "a term that no sum of squares|is not nonnegative|all squares"),
    ],
)
def test_infeasible_cases_are_answered_by_name(p: str, message: str) -> None:
    with pytest.raises(InfeasibleError, match=message):
        ka.certify_nonnegative(p)


@pytest.mark.parametrize(
    ("on", "equal"), [(["-1 - x^2"], []), ([], ["x^2 + 1"]), pytest.param(["x", "-1 - x"], [], marks=pytest.mark.slow)]
)
def test_empty_sets_are_answered_by_name(on: list[str], equal: list[str]) -> None:
    with pytest.raises(InfeasibleError, match="the set is empty: it is proved exactly"):
        ka.minimize("x", on, equal, degree=2)
    assert proved(ka.certify_nonnegative("-1", on, equal)) == 0


def test_unbounded_polynomials_have_no_lower_bound() -> None:
    with pytest.raises(InfeasibleError, match="a term that no sum of squares of degree 4 with these conditions has"):
        ka.minimize("x^3 + x")


def test_the_separating_functional_is_an_exact_proof() -> None:
    stated = without_zeros(statement(MOTZKIN), fmpq(0))
    run = solve(stated.margin(fmpq(0), fmpq(4)), settings=sharp_settings(12))
    assert prove_outside(run)
    inside = without_zeros(statement("x^4 + y^4 + 1"), fmpq(0))
    assert not prove_outside(solve(inside.margin(fmpq(0), fmpq(4)), settings=sharp_settings(12)))


@pytest.mark.parametrize(
    ("p", "message"),
    [
        ("x^2 + 0.5*y", None),
        (0.5, "float"),
        ("x^", "polynomial"),
        ("sin(x)", "sums, products and powers"),
        ("x/y", "sums, products and powers"),
        ("x**y", "sums, products and powers"),
        ("x^2 + sqrt(2)", "sums, products and powers"),
        ("x.y", "sums, products and powers"),
        ("'x'", "rational coefficients"),
        ("x^-1", "sums, products and powers"),
        ("1e5*x", "rational coefficients"),
        ("x^1000", "sums, products and powers"),
        (None, "expected a polynomial .*, found None of the type NoneType"),
        (["x"], "of the type list"),
        (True, "of the type bool"),
        (sympy.Symbol("x") + sympy.Float("0.1"), "found a float in x"),
    ],
)
def test_input_of_polynomials(p: object, message: str | None) -> None:
    if message is None:
        assert polynomials([p])[0].to_dict()[0, 1] == fmpq(1, 2)
        return
    with pytest.raises(ParameterError, match=message):
        polynomials([p])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"degree": 3}, "degree: expected an even number >= 4"),
        ({"degree": 2}, "degree: expected an even number >= 4"),
        ({"multiplier": (2, 1)}, "multiplier"),
        ({"multiplier": (0, 1), "on": ["x"]}, "vanishes at the origin"),
        ({"on": ["1"]}, "depends on the variables"),
        ({"variables": ("y",)}, "found the variable 'x'"),
        ({"degree": 1000}, "at most 256 and at most 16 variables"),
        ({"variables": (*(f"x{i}" for i in range(16)), "x")}, "and 17 variables"),
        ({"degree": "4"}, r"degree: expected an even number >= 4, found '4'"),
        ({"degree": 4.0}, r"degree: expected an even number >= 4, found 4\.0"),
        ({"multiplier": 1}, r"multiplier: expected a pair of integers \(e, k\), .* found 1"),
        ({"multiplier": (1, 1.0)}, "multiplier: expected a pair of integers"),
        ({"multiplier": (1, 1, 1)}, "multiplier: expected a pair of integers"),
        ({"on": "x"}, "on: expected a list of polynomials, found 'x'"),
        ({"equal": 3}, "equal: expected a list of polynomials, found 3"),
        ({"group": "S1"}, "group: expected a FiniteGroup, .* found 'S1' of the type str"),
        ({"group": [(1, 0)]}, "group: expected a FiniteGroup"),
    ],
)
def test_parameters(options: dict[str, object], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        statement("x^4 + 1", **options)  # type: ignore[arg-type]  # wrong on purpose


def random_symmetric(random: Random, degree: int) -> fmpq_mpoly:
    """An S3-invariant polynomial in x, y, z with a definite leading form."""
    ring = polynomial_ring(("x", "y", "z"))
    x, y, z = ring.gens()
    total = (x**2 + y**2 + z**2) ** (degree // 2) + x**degree + y**degree + z**degree
    group = symmetric_group(3)
    for exponent in monomials(3, degree - 1):
        if random.random() < 0.3:
            total += group.reynolds(ring.term(coeff=fmpq(random.randint(-9, 9), 3), exp_vec=exponent))
    return total


@pytest.mark.parametrize(
    ("degree", "seed"), [(2, 1), (2, 2), (4, 3), (4, 4), pytest.param(6, 5, marks=pytest.mark.slow)]
)
def test_reduced_and_unreduced_problems_have_the_same_optimum(degree: int, seed: int) -> None:
    """S3 by the general route against no symmetry at all."""
    p = random_symmetric(Random(seed), degree)
    values = []
    for group in (symmetric_group(3), None):
        stated = without_zeros(statement(p, group=group), None)
        run = solve(stated.bound(fmpq(1 << 12)), settings=sharp_settings(20))
        values.append(run.primal_objective)
    assert abs(values[0] - values[1]) < fmpq(1, 10**15)


@pytest.mark.parametrize(
    ("polynomial", "on", "equal"),
    [("0", (), ()), ("0", ("x",), ()), ("x^2 - x", (), ("x^2 - x",)), ("y*(x^2+y^2-1)", (), ("x^2+y^2-1",))],
)
def test_zero_is_not_called_infeasible(polynomial: str, on: tuple[str, ...], equal: tuple[str, ...]) -> None:
    """The zero polynomial is a sum of squares, of none."""
    with pytest.raises(ParameterError, match="there is nothing to prove"):
        ka.certify_nonnegative(polynomial, on=list(on), equal=list(equal))


DIHEDRAL5 = FiniteGroup.from_permutations([(1, 2, 3, 4, 0), (0, 4, 3, 2, 1)], "D5")
QUATERNIONS = FiniteGroup.from_signed_permutations([(2, -1, 4, -3), (3, -4, -1, 2)], "Q8")
ON_THE_PLANE = FiniteGroup.from_matrices([[[0, -1], [1, -1]]], "C3 by rational matrices")
OF_ALL_TYPES = [
    (cyclic_group(3), {"complex"}, "x^2*y + y^2*z + z^2*x", ["x^2 + y^2 + z^2 - 1"]),
    (ON_THE_PLANE, {"complex"}, "(x^2 - x*y + y^2)^2 + x^3 - 3*x*y^2 + y^3 + x^2*y - x*y^2", []),
    pytest.param(
        cyclic_group(5), {"complex"}, "v^2*w + w^2*x + x^2*y + y^2*z + z^2*v", ["v^2 + w^2 + x^2 + y^2 + z^2 - 1"], marks=pytest.mark.slow
    ),
    (DIHEDRAL5, {"real"}, "v*w + w*x + x*y + y*z + z*v", ["v^2 + w^2 + x^2 + y^2 + z^2 - 1"]),
    pytest.param(
        QUATERNIONS,
        {"quaternionic"},
        "w^4 + x^4 + y^4 + z^4 + w*x*y*z + w^3*x - x^3*w + y^3*z - z^3*y",
        ["w^2 + x^2 + y^2 + z^2 - 1"],
        marks=pytest.mark.slow,
    ),
]  # fmt: skip


@pytest.mark.parametrize(("group", "kinds", "p", "equal"), OF_ALL_TYPES, ids=lambda case: getattr(case, "name", ""))
def test_representations_of_all_types_reduce_to_the_same_optimum(
    group: FiniteGroup, kinds: set[str], p: str, equal: list[str]
) -> None:
    """Complex and quaternionic type, and real characters that are irrational: the blocks over Q give the whole cone."""
    invariant = group.reynolds(polynomials([p])[0])
    reduced, whole = (statement(invariant, (), equal, group=g) for g in (group, None))
    assert {part.kind for part in symmetric_basis(group, 1).parts[1:]} >= kinds
    assert max(block.size for block in reduced.blocks) < max(block.size for block in whole.blocks)
    values = []
    for stated in (reduced, whole):
        run = solve(stated.bound(fmpq(64)), settings=sharp_settings(15))
        assert run.status is Status.OPTIMAL, run.message
        values.append(run.primal_objective)
    assert abs(values[0] - values[1]) < fmpq(1, 10**12)
