"""Semidefinite programming bounds in discrete geometry, as exact certificates.

>>> import kissalg as ka
>>> problem = ka.kissing(4, degree=6)  # exact: nothing is rounded
>>> problem.claim("26")
'A(4, 1/2) <= 26'

Then ``run = ka.solve(problem)``, ``certificate = ka.certify(run)`` and ``ka.verify(certificate)``; or, on the command
line, ``kissalg bound kissing 4 --degree 6``.

The names are loaded on first use, so that ``python3 -S -m kissalg.kernel`` runs where nothing is installed. Those of
the theorems stand in the records of their families; `scripts/public_names.py` writes all of them to ``__init__.pyi``
for type checkers and editors.
"""

from importlib import import_module

__version__ = "0.1.0"

_HOMES = {
    "Certificate": "kissalg.certificate",
    "FaceSettings": "kissalg.rounding",
    "FiniteGroup": "kissalg.algebra.groups",
    "Graph": "kissalg.algebra.graphs",
    "NumberField": "kissalg.exact.number_field",
    "Report": "kissalg.kernel.report",
    "Settings": "kissalg.solvers",
    "bound_picos": "kissalg.published.picos_problem",
    "certify": "kissalg.certificate",
    "from_picos": "kissalg.solvers.float64.picos_import",
    "linear_mesh": "kissalg.families.balls.mesh",
    "load": "kissalg.certificate",
    "molien_series": "kissalg.algebra.groups",
    "quadratic_field": "kissalg.exact.number_field",
    "read_graph": "kissalg.published.graph_files",
    "read_sdpa": "kissalg.sdp.sdpa",
    "real_blocks": "kissalg.algebra.real_gram_blocks",
    "real_characters": "kissalg.algebra.characters",
    "round_dual": "kissalg.rounding",
    "round_to_face": "kissalg.rounding",
    "second_opinion": "kissalg.verdict",
    "sharp_settings": "kissalg.rounding",
    "solve": "kissalg.solvers",
    "solve_float64": "kissalg.solvers.float64",
    "symmetric_basis": "kissalg.algebra.symmetry",
    "to_picos": "kissalg.solvers.float64.picos_export",
    "verify": "kissalg.verdict",
}  # of the names that belong to no theorem


def homes() -> dict[str, str]:
    """The module of every public name."""
    families = import_module("kissalg.families").FAMILIES
    theorems = {
        name: f"kissalg.families.{family.folder}.{module}"
        for family in families
        for name, module in family.public.items()
    }
    return _HOMES | theorems


def __getattr__(name: str) -> object:
    if name == "__all__":
        return sorted([*homes(), "__version__", "errors"])
    if name == "errors":
        return import_module("kissalg.errors")
    if name.startswith("_"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = _HOMES.get(name) or homes().get(name)
    if home is None:
        raise AttributeError(
            f"module {__name__!r} has no attribute {name!r}; its names are {', '.join(sorted(homes()))}"
        )
    value: object = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *homes(), "errors"})
