"""The commands and their arguments; what they do is in the modules of the same names."""

import platform
from pathlib import Path
from typing import Annotated

import typer

import kissalg
from kissalg.cli.average import AverageRequest, Method, average
from kissalg.cli.bound import BoundRequest, bound
from kissalg.cli.check import CheckRequest, check
from kissalg.cli.delsarte import DelsarteRequest
from kissalg.cli.delsarte import bound_delsarte as delsarte
from kissalg.cli.exits import EXIT_CODES_HELP, ExitCode, exiting
from kissalg.cli.show import show
from kissalg.cli.solve import solve_file
from kissalg.cli.verify import verify
from kissalg.errors import ParameterError
from kissalg.published import CheckOptions

__all__ = ["app", "main"]

app = typer.Typer(
    name="kissalg",
    help="Upper bounds for kissing numbers, average kissing numbers and spherical codes, as exact certificates that a tiny checker verifies.",
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

Dimension = Annotated[int, typer.Argument(metavar="N", help="Dimension of the space; at least 3.")]
Degree = Annotated[
    int, typer.Option("--degree", "-d", help="Degree d of the problem: higher is better and slower (about d^6).")
]
Linear = Annotated[
    int | None,
    typer.Option(
        help="Number of linear terms a_k. [default: twice the degree; the degree itself is the classical choice]"
    ),
]
Bits = Annotated[int | None, typer.Option(help="Working precision in bits. [default: chosen by the solver]")]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", help="The certificate to write. [default: such as A-4-1_2-d6.json.xz]")
]
Run = Annotated[Path | None, typer.Option(help="Folder for checkpoints of a new run. [default: OUTPUT.run]")]
Resume = Annotated[Path | None, typer.Option(help="Continue the interrupted run in this folder, with its settings.")]
KeepRun = Annotated[bool, typer.Option("--keep-run", help="Keep the run folder after success.")]
Force = Annotated[bool, typer.Option("--force", "-f", help="Overwrite the certificate if it exists.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print the verdicts only.")]
Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="Certificates.")]


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
) -> ExitCode:
    """Bound the kissing number of dimension N.

    Example: kissalg bound kissing 4 --degree 6 -o k4.json.xz
    """
    command = f"bound kissing {n}"
    return bound(
        BoundRequest(
            command, n, "1/2", degree, linear, bits, output, run, resume, keep_run=keep_run, force=force, quiet=quiet
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
) -> ExitCode:
    """Bound A(N, θ), the size of a spherical code in dimension N with minimal angle θ, cos θ rational.

    Example: kissalg bound code 4 --cos 1/6 --degree 4
    """
    command = f"bound code {n} --cos {cos}"
    return bound(
        BoundRequest(
            command, n, cos, degree, linear, bits, output, run, resume, keep_run=keep_run, force=force, quiet=quiet
        )
    )


@bound_app.command("delsarte", epilog=EXIT_CODES_HELP)
@exiting
def bound_delsarte(
    n: Annotated[int, typer.Argument(metavar="N", help="Dimension of the space; at least 2.")],
    cos: Annotated[
        str, typer.Option(help='Cosine of the minimal angle: "1/2", "1/sqrt(5)", "(1+sqrt(5))/4", "cos(2*pi/5)".')
    ] = "1/2",
    degree: Annotated[
        int | None,
        typer.Option("--degree", "-d", help="Polynomials have degree 2d. [default: up to 20, while it helps]"),
    ] = None,
    sharp: Annotated[
        bool, typer.Option("--sharp", help="The exact optimum, over the number field in which it lies.")
    ] = False,
    bits: Bits = None,
    output: Output = None,
    force: Force = False,
    quiet: Quiet = False,
) -> ExitCode:
    """Bound A(N, θ) by Delsarte's linear program, for any cos θ that is rational or algebraic.

    Examples: kissalg bound delsarte 8 --sharp · kissalg bound delsarte 3 --cos "1/sqrt(5)" --degree 2 --sharp
    """
    return delsarte(DelsarteRequest(n, cos, degree, sharp, bits, output, force=force, quiet=quiet))


@bound_app.command("average-kissing", epilog=EXIT_CODES_HELP)
@exiting
def bound_average_kissing(
    n: Dimension,
    method: Annotated[
        Method,
        typer.Option(
            help="linear: weights optimised on linear pieces, the best one; step: on constant pieces; "
            "caps: constant pieces, the weights being areas of caps on the sphere of radius rho."
        ),
    ] = Method.LINEAR,
    degree: Annotated[int | None, typer.Option("--degree", "-d", help="Degree d. [default: by dimension]")] = None,
    first: Annotated[
        str | None, typer.Option(help="The least size s/(r+s) with a weight, in (0, 1/2). [default: by dimension]")
    ] = None,
    intervals: Annotated[int, typer.Option(help="Pieces on either side of size 1/2.")] = 6,
    grading: Annotated[
        int | None, typer.Option(help="Distances of nodes to 1/2 grow like (i/m)^(g/4). [default: by dimension]")
    ] = None,
    rho_squared: Annotated[str, typer.Option(help="The square of rho, in (1, 9), for --method caps.")] = "3",
    radii: Annotated[
        str | None, typer.Option(help="Only packings with these radii, such as 1,2; no mesh is needed.")
    ] = None,
    margin: Annotated[
        str | None, typer.Option(help="By how much the inequalities are to hold. [default: the least that works]")
    ] = None,
    output: Output = None,
    force: Force = False,
    quiet: Quiet = False,
) -> ExitCode:
    """Bound the average kissing number of dimension N, for balls of any radii or with --radii.

    Example: kissalg bound average-kissing 8 -o average-8.json.xz
    """
    return average(
        AverageRequest(
            n, method, degree, first, intervals, grading, rho_squared, radii, margin, output, force=force, quiet=quiet
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
    cos: Annotated[str | None, typer.Option(help="The cosine that no pair of a configuration may exceed.")] = None,
    gram: Annotated[bool, typer.Option("--gram", help="The matrix holds inner products, not coordinates.")] = False,
    dimension: Annotated[int | None, typer.Option(help="The dimension, for formats that do not state it.")] = None,
    manifest: Annotated[Path | None, typer.Option(help="The JSON manifest of a KNWIT003 container.")] = None,
    solution: Annotated[Path | None, typer.Option(help="A solution file of SDPA or CSDP for an SDPA problem.")] = None,
    complete: Annotated[
        bool, typer.Option("--complete", help="Find the missing sums of squares and write a certificate.")
    ] = False,
    squares: Annotated[int | None, typer.Option(help="Degree of the sums of squares to find.")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="The certificate to write.")] = None,
    quiet: Quiet = False,
) -> ExitCode:
    """Check a file that others published: recognise the format, and say what it proves and why.

    Example: kissalg check configuration points.json --kissing
    """
    if kissing and cos is not None:
        raise ParameterError("expected --kissing or --cos, found both.")
    options = CheckOptions("1/2" if kissing else cos, gram, dimension, manifest, solution)
    return check(CheckRequest(tuple(words), options, complete, squares, output, quiet))


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
    quiet: Quiet = False,
) -> ExitCode:
    """Solve any semidefinite program in the sparse SDPA format, and say what is proved about its optimum.

    What is "numerically" so is an approximation; what is "proved" was checked in ball arithmetic, for the exact decimals of the file.

    Example: kissalg solve truss1.dat-s
    """
    return solve_file(file, bits=bits, gap=gap, max_iterations=iterations, quiet=quiet)


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
