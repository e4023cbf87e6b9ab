"""The commands and their arguments; what they do is in the modules of the same names."""

import platform
from pathlib import Path
from typing import Annotated

import typer

import kissalg
from kissalg.cli.average import AverageRequest, Method, average
from kissalg.cli.average_options import (
    Contact,
    First,
    Grading,
    Intervals,
    Margin,
    MethodName,
    Order,
    Radii,
    RhoSquared,
)
from kissalg.cli.bound import BoundRequest, bound
from kissalg.cli.check import CheckRequest, check, largest_cosine
from kissalg.cli.engine import Engine
from kissalg.cli.exits import EXIT_CODES_HELP, ExitCode, exiting
from kissalg.cli.options import (
    Bits,
    Degree,
    Dimension,
    Files,
    Force,
    KeepRun,
    Linear,
    Output,
    Quiet,
    Resume,
    Run,
    SolverEngine,
)
from kissalg.cli.polynomial import PolynomialRequest, polynomial_bound
from kissalg.cli.reports import reports_app
from kissalg.cli.show import show
from kissalg.cli.solve import SolveRequest, solve_file
from kissalg.cli.theta_app import bound_theta
from kissalg.cli.two_point_app import bound_caps, bound_delsarte
from kissalg.cli.verify import verify
from kissalg.published import Allowance, CheckOptions
from kissalg.solvers.float64 import Engine as Float64Engine

__all__ = ["app", "main"]

app = typer.Typer(
    name="kissalg",
    help="Bounds for kissing numbers, average kissing numbers, spherical codes, graphs and polynomials, as exact certificates that a tiny checker verifies.",
    epilog=EXIT_CODES_HELP,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
bound_app = typer.Typer(
    name="bound",
    help="Compute a bound: build the problem, solve it, round it to a certificate, write the file, verify the file.",
    epilog=EXIT_CODES_HELP,
    no_args_is_help=True,
)
app.add_typer(bound_app)
app.add_typer(reports_app)  # no name: its commands are commands of kissalg
bound_app.command("delsarte", epilog=EXIT_CODES_HELP)(bound_delsarte)
bound_app.command("caps", epilog=EXIT_CODES_HELP)(bound_caps)
bound_app.command("theta", epilog=EXIT_CODES_HELP)(bound_theta)


@bound_app.command("kissing", epilog=EXIT_CODES_HELP)
@exiting
def bound_kissing(
    n: Dimension,
    degree: Degree,
    linear: Linear = None,
    bits: Bits = None,
    output: Output = None,
    run: Run = None,
    resume: Resume = None,
    keep_run: KeepRun = False,
    force: Force = False,
    quiet: Quiet = False,
    engine: SolverEngine = Engine.MULTIPRECISION,
) -> ExitCode:
    """Bound the kissing number of dimension N.

    Example: kissalg bound kissing 4 --degree 6 -o k4.json.xz
    """
    command = f"bound kissing {n}"
    return bound(
        BoundRequest(
            command,
            n,
            "1/2",
            degree,
            linear,
            bits,
            output,
            run,
            resume,
            keep_run=keep_run,
            force=force,
            quiet=quiet,
            engine=engine,
        )
    )


@bound_app.command("code", epilog=EXIT_CODES_HELP)
@exiting
def bound_code(
    n: Dimension,
    cos: Annotated[str, typer.Option(help="Cosine of the minimal angle, a rational number such as 1/6.")],
    degree: Degree,
    linear: Linear = None,
    bits: Bits = None,
    output: Output = None,
    run: Run = None,
    resume: Resume = None,
    keep_run: KeepRun = False,
    force: Force = False,
    quiet: Quiet = False,
    engine: SolverEngine = Engine.MULTIPRECISION,
) -> ExitCode:
    """Bound A(N, θ), the size of a spherical code in dimension N with minimal angle θ, cos θ rational.

    Example: kissalg bound code 4 --cos 1/6 --degree 4
    """
    command = f"bound code {n} --cos {cos}"
    return bound(
        BoundRequest(
            command,
            n,
            cos,
            degree,
            linear,
            bits,
            output,
            run,
            resume,
            keep_run=keep_run,
            force=force,
            quiet=quiet,
            engine=engine,
        )
    )


@bound_app.command("average-kissing", epilog=EXIT_CODES_HELP)
@exiting
def bound_average_kissing(
    n: Dimension,
    method: MethodName = Method.BEST,
    degree: Annotated[int | None, typer.Option("--degree", "-d", help="Degree d. [default: by dimension]")] = None,
    first: First = None,
    intervals: Intervals = 6,
    grading: Grading = None,
    order: Order = None,
    rho_squared: RhoSquared = None,
    radii: Radii = None,
    contact: Contact = None,
    margin: Margin = None,
    output: Output = None,
    force: Force = False,
    quiet: Quiet = False,
    engine: Annotated[Float64Engine, typer.Option(help="The solver, in double precision.")] = Float64Engine.CLARABEL,
) -> ExitCode:
    """Bound the average kissing number of dimension N, for balls of any radii or with --radii.

    Example: kissalg bound average-kissing 8 -o average-8.json.xz
    """
    return average(
        AverageRequest(
            n,
            method,
            degree,
            first,
            intervals,
            grading,
            order,
            rho_squared,
            radii,
            contact,
            margin,
            output,
            force=force,
            quiet=quiet,
            engine=engine,
        )
    )


PolynomialText = Annotated[
    str, typer.Argument(metavar="POLYNOMIAL", help='Such as "x^4 - 3/2*x*y + 1"; after -- if it begins with a minus.')
]
Inequalities = Annotated[list[str] | None, typer.Option("--on", help="A polynomial that is >= 0 on the set; repeat.")]
Equalities = Annotated[list[str] | None, typer.Option("--equal", help="A polynomial that is 0 on the set; repeat.")]
EvenDegree = Annotated[
    int | None, typer.Option("--degree", "-d", help="Degree of the identity, even. [default: the least that fits]")
]
Products = Annotated[bool, typer.Option("--products", help="Multiply the inequalities with each other (Schmüdgen).")]
Symmetry = Annotated[
    list[str] | None,
    typer.Option(help="S, C, B (all, cyclic, signed permutations) or images such as 2,3,-1 of the variables; repeat."),
]
Variables = Annotated[str | None, typer.Option(help="The variables in order. [default: all that occur, sorted]")]


@bound_app.command("minimum", epilog=EXIT_CODES_HELP)
@exiting
def bound_minimum(
    polynomial: PolynomialText,
    on: Inequalities = None,
    equal: Equalities = None,
    degree: EvenDegree = None,
    products: Products = False,
    symmetry: Symmetry = None,
    variables: Variables = None,
    rational: Annotated[
        bool, typer.Option("--rational", help="A rational number just below the minimum, not the exact one.")
    ] = False,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="[default: minimum.json.xz]")] = None,
    force: Force = False,
    quiet: Quiet = False,
) -> ExitCode:
    """Bound a polynomial from below on a set, by the best sum of squares of a degree; the exact minimum where that is sharp.

    Example: kissalg bound minimum "x^2 + y^2 + z^2" --on x --on y --on z --equal "x + y + z - 1" --symmetry S
    """
    return polynomial_bound(
        PolynomialRequest(
            polynomial,
            minimum=True,
            on=tuple(on or ()),
            equal=tuple(equal or ()),
            degree=degree,
            products=products,
            symmetry=tuple(symmetry or ()),
            variables=variables,
            exact=not rational,
            output=output,
            force=force,
            quiet=quiet,
        )
    )


@bound_app.command("nonnegative", epilog=EXIT_CODES_HELP)
@exiting
def bound_nonnegative(
    polynomial: PolynomialText,
    on: Inequalities = None,
    equal: Equalities = None,
    degree: EvenDegree = None,
    products: Products = False,
    multiplier: Annotated[
        str | None, typer.Option(metavar="e,k", help="Prove (e + Σ x²)^k times the polynomial instead, e = 0 or 1.")
    ] = None,
    symmetry: Symmetry = None,
    variables: Variables = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="[default: nonnegative.json.xz]")] = None,
    force: Force = False,
    quiet: Quiet = False,
) -> ExitCode:
    """Prove that a polynomial is nonnegative on a set, by sums of squares; or prove that it has none of this degree (exit 3).

    Example: kissalg bound nonnegative "x^4*y^2 + x^2*y^4 + 1 - 3*x^2*y^2" --multiplier 1,1 --symmetry B
    """
    return polynomial_bound(
        PolynomialRequest(
            polynomial,
            minimum=False,
            on=tuple(on or ()),
            equal=tuple(equal or ()),
            degree=degree,
            products=products,
            multiplier=multiplier,
            symmetry=tuple(symmetry or ()),
            variables=variables,
            output=output,
            force=force,
            quiet=quiet,
        )
    )


@app.command("verify", epilog=EXIT_CODES_HELP)
@exiting
def verify_files(
    files: Files,
    second_opinion: Annotated[
        bool, typer.Option("--second-opinion", help="Check with python-flint as well, independently of the kernel.")
    ] = False,
    expect: Annotated[
        str | None,
        typer.Option(metavar="CLAIM", help='What must follow, such as "A(4,1/2) <= 24.2" or "x1^2 - x1 >= -1/4".'),
    ] = None,
) -> ExitCode:
    """Verify certificates with the kernel: one verdict for each file, on stdout; the exit code is the worst.

    Example: kissalg verify k4.json.xz --expect "A(4,1/2) <= 26"
    """
    return verify(files, second_opinion=second_opinion, expect=expect)


@app.command("check", epilog=EXIT_CODES_HELP)
@exiting
def check_published(
    words: Annotated[
        list[str],
        typer.Argument(metavar="[FORMAT] FILE", help="A published file; its format, where it is not recognised."),
    ],
    kissing: Annotated[bool, typer.Option("--kissing", help="Check a configuration for the cosine 1/2.")] = False,
    cos: Annotated[
        str | None, typer.Option(help='The cosine that no pair of a configuration may exceed: "1/6", "1/sqrt(5)".')
    ] = None,
    gram: Annotated[bool, typer.Option("--gram", help="The matrix holds inner products, not coordinates.")] = False,
    dimension: Annotated[int | None, typer.Option(help="The dimension, for formats that do not state it.")] = None,
    manifest: Annotated[Path | None, typer.Option(help="The JSON manifest of a KNWIT003 container.")] = None,
    solution: Annotated[Path | None, typer.Option(help="A solution file of SDPA or CSDP for an SDPA problem.")] = None,
    complete: Annotated[
        bool, typer.Option("--complete", help="Find the missing sums of squares and write a certificate.")
    ] = False,
    squares: Annotated[int | None, typer.Option(help="Degree of the sums of squares to find.")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="The certificate to write.")] = None,
    seconds: Annotated[int, typer.Option(help="Processor time that a check may take.")] = 3600,
    memory: Annotated[int, typer.Option(help="Memory that a check may take, in MiB.")] = 8192,
    quiet: Quiet = False,
) -> ExitCode:
    """Check a file that others published: recognise the format, and say what it proves and why.

    Example: kissalg check configuration points.json --kissing
    """
    options = CheckOptions(largest_cosine(kissing, cos), gram, dimension, manifest, solution)
    return check(CheckRequest(tuple(words), options, Allowance(seconds, memory), complete, squares, output, quiet))


@app.command("show", epilog=EXIT_CODES_HELP)
@exiting
def show_files(files: Files) -> ExitCode:
    """Show what certificates contain: claim, sizes, length of the integers, provenance. Nothing is verified."""
    return show(files)


@app.command("solve", epilog=EXIT_CODES_HELP)
@exiting
def solve_sdpa(
    file: Annotated[Path, typer.Argument(metavar="FILE.dat-s", help="A program in the sparse SDPA format.")],
    bits: Bits = None,
    gap: Annotated[float, typer.Option(help="Relative duality gap at which to stop.")] = 1e-9,
    iterations: Annotated[int, typer.Option(help="Give up after so many iterations.")] = 200,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write a certificate of the lower bound, and verify it.")
    ] = None,
    sharp: Annotated[
        bool, typer.Option("--sharp", help="With -o: certify the exact optimum, over its number field.")
    ] = False,
    force: Force = False,
    quiet: Quiet = False,
    engine: SolverEngine = Engine.MULTIPRECISION,
) -> ExitCode:
    """Solve any semidefinite program in the sparse SDPA format, say what is proved about its optimum, and certify the lower bound.

    What is "numerically" so is an approximation; what is "proved" was checked in ball arithmetic, for the exact decimals of the file. With -o, an exact
    solution of (D) is written as a certificate, which any of the checkers verifies: sdp(sha256:...) >= bound.

    Examples: kissalg solve truss1.dat-s · kissalg solve theta.dat-s -o theta.json.xz · kissalg solve theta.dat-s --sharp -o theta.json.xz
    """
    return solve_file(
        SolveRequest(file, bits, gap, iterations, output, sharp=sharp, force=force, quiet=quiet, engine=engine)
    )


@app.callback(invoke_without_command=True)
def version(
    show_version: Annotated[bool, typer.Option("--version", help="Print the version and exit.", is_eager=True)] = False,
) -> None:
    if show_version:
        typer.echo(f"kissalg {kissalg.__version__} (Python {platform.python_version()})")
        raise typer.Exit


def main() -> None:
    """The entry point of the console script."""
    app()
