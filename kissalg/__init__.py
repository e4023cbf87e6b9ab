"""Semidefinite programming bounds in discrete geometry, as exact certificates.

>>> import kissalg as ka
>>> problem = ka.kissing(4, degree=6)  # exact: nothing is rounded
>>> problem.claim("26")
'A(4, 1/2) <= 26'

Then ``run = ka.solve(problem)``, ``certificate = ka.certify(run)`` and ``ka.verify(certificate)``; or, on the command
line, ``kissalg bound kissing 4 --degree 6``.

The names are loaded on first use, so that ``python3 -S -m kissalg.kernel`` runs where nothing is installed.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from kissalg import errors

if TYPE_CHECKING:
    from kissalg.algebra.characters import real_characters
    from kissalg.algebra.graphs import Graph
    from kissalg.algebra.groups import FiniteGroup, molien_series
    from kissalg.algebra.real_blocks import real_blocks
    from kissalg.algebra.symmetry import symmetric_basis
    from kissalg.certificate import Certificate, certify, load
    from kissalg.exact.number_field import NumberField, quadratic_field
    from kissalg.families.average_kissing.model import average_kissing, average_kissing_radii
    from kissalg.families.average_kissing_area.model import average_kissing_area
    from kissalg.families.average_kissing_direct.model import average_kissing_direct
    from kissalg.families.average_kissing_polynomial.model import average_kissing_polynomial
    from kissalg.families.balls.mesh import linear_mesh
    from kissalg.families.delsarte.explicit import certify_polynomial, levenshtein
    from kissalg.families.delsarte.model import delsarte
    from kissalg.families.independence_number.model import independence
    from kissalg.families.independence_number.rounds import bound_independence, from_networkx
    from kissalg.families.nonnegative.minima import certify_nonnegative, minimize
    from kissalg.families.semidefinite_program.model import sdpa_model
    from kissalg.families.spherical_caps.model import spherical_caps
    from kissalg.families.three_point.model import kissing, three_point
    from kissalg.kernel.report import Report
    from kissalg.published.graph_files import read_graph
    from kissalg.published.picos_problem import bound_picos
    from kissalg.rounding import FaceSettings, round_dual, round_to_face, sharp_settings
    from kissalg.sdp.sdpa import read_sdpa
    from kissalg.solvers import Settings, solve
    from kissalg.solvers.float64 import solve_float64
    from kissalg.solvers.float64.picos_export import to_picos
    from kissalg.solvers.float64.picos_import import from_picos
    from kissalg.verdict import second_opinion, verify

__all__ = [
    "Certificate",
    "FaceSettings",
    "FiniteGroup",
    "Graph",
    "NumberField",
    "Report",
    "Settings",
    "__version__",
    "average_kissing",
    "average_kissing_area",
    "average_kissing_direct",
    "average_kissing_polynomial",
    "average_kissing_radii",
    "bound_independence",
    "bound_picos",
    "certify",
    "certify_nonnegative",
    "certify_polynomial",
    "delsarte",
    "errors",
    "from_networkx",
    "independence",
    "from_picos",
    "kissing",
    "levenshtein",
    "linear_mesh",
    "load",
    "minimize",
    "molien_series",
    "quadratic_field",
    "read_graph",
    "read_sdpa",
    "real_blocks",
    "real_characters",
    "round_dual",
    "round_to_face",
    "sdpa_model",
    "second_opinion",
    "sharp_settings",
    "solve",
    "solve_float64",
    "spherical_caps",
    "symmetric_basis",
    "three_point",
    "to_picos",
    "verify",
]

__version__ = "0.1.0"

_HOME = {
    "Certificate": "kissalg.certificate",
    "FaceSettings": "kissalg.rounding",
    "FiniteGroup": "kissalg.algebra.groups",
    "Graph": "kissalg.algebra.graphs",
    "NumberField": "kissalg.exact.number_field",
    "Report": "kissalg.kernel.report",
    "Settings": "kissalg.solvers",
    "average_kissing": "kissalg.families.average_kissing.model",
    "average_kissing_area": "kissalg.families.average_kissing_area.model",
    "average_kissing_direct": "kissalg.families.average_kissing_direct.model",
    "average_kissing_polynomial": "kissalg.families.average_kissing_polynomial.model",
    "average_kissing_radii": "kissalg.families.average_kissing.model",
    "bound_picos": "kissalg.published.picos_problem",
    "certify": "kissalg.certificate",
    "certify_nonnegative": "kissalg.families.nonnegative.minima",
    "certify_polynomial": "kissalg.families.delsarte.explicit",
    "delsarte": "kissalg.families.delsarte.model",
    "from_picos": "kissalg.solvers.float64.picos_import",
    "bound_independence": "kissalg.families.independence_number.rounds",
    "from_networkx": "kissalg.families.independence_number.rounds",
    "independence": "kissalg.families.independence_number.model",
    "read_graph": "kissalg.published.graph_files",
    "read_sdpa": "kissalg.sdp.sdpa",
    "kissing": "kissalg.families.three_point.model",
    "levenshtein": "kissalg.families.delsarte.explicit",
    "linear_mesh": "kissalg.families.balls.mesh",
    "load": "kissalg.certificate",
    "minimize": "kissalg.families.nonnegative.minima",
    "molien_series": "kissalg.algebra.groups",
    "quadratic_field": "kissalg.exact.number_field",
    "real_blocks": "kissalg.algebra.real_blocks",
    "real_characters": "kissalg.algebra.characters",
    "round_dual": "kissalg.rounding",
    "round_to_face": "kissalg.rounding",
    "sdpa_model": "kissalg.families.semidefinite_program.model",
    "second_opinion": "kissalg.verdict",
    "sharp_settings": "kissalg.rounding",
    "solve": "kissalg.solvers",
    "solve_float64": "kissalg.solvers.float64",
    "spherical_caps": "kissalg.families.spherical_caps.model",
    "symmetric_basis": "kissalg.algebra.symmetry",
    "three_point": "kissalg.families.three_point.model",
    "to_picos": "kissalg.solvers.float64.picos_export",
    "verify": "kissalg.verdict",
}


class _Package(ModuleType):
    """A package whose public functions keep their names when a module of the same name is imported.

    ``import kissalg.certificate`` ends with ``setattr(kissalg, "certify", <module>)``; the name belongs to the function.
    """

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _HOME and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; its names are {', '.join(__all__)}")
    value: object = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
