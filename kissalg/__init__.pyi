# Written by scripts/public_names.py from kissalg/__init__.py and the records of the families; do not edit.

from kissalg import errors as errors
from kissalg.algebra.characters import real_characters as real_characters
from kissalg.algebra.graphs import Graph as Graph
from kissalg.algebra.groups import FiniteGroup as FiniteGroup
from kissalg.algebra.groups import molien_series as molien_series
from kissalg.algebra.real_gram_blocks import real_blocks as real_blocks
from kissalg.algebra.symmetry import symmetric_basis as symmetric_basis
from kissalg.certificate import Certificate as Certificate
from kissalg.certificate import certify as certify
from kissalg.certificate import load as load
from kissalg.exact.number_field import NumberField as NumberField
from kissalg.exact.number_field import quadratic_field as quadratic_field
from kissalg.families.average_kissing.model import average_kissing as average_kissing
from kissalg.families.average_kissing_area.model import average_kissing_area as average_kissing_area
from kissalg.families.average_kissing_direct.model import average_kissing_direct as average_kissing_direct
from kissalg.families.average_kissing_polynomial.model import average_kissing_polynomial as average_kissing_polynomial
from kissalg.families.average_kissing_radii.model import average_kissing_radii as average_kissing_radii
from kissalg.families.balls.mesh import linear_mesh as linear_mesh
from kissalg.families.delsarte.explicit import delsarte_polynomial as delsarte_polynomial
from kissalg.families.delsarte.explicit import levenshtein as levenshtein
from kissalg.families.delsarte.model import delsarte as delsarte
from kissalg.families.independence_number.model import independence as independence
from kissalg.families.independence_number.rounds import bound_independence as bound_independence
from kissalg.families.independence_number.rounds import from_networkx as from_networkx
from kissalg.families.nonnegative.minima import certify_nonnegative as certify_nonnegative
from kissalg.families.nonnegative.minima import minimize as minimize
from kissalg.families.rankin.model import rankin as rankin
from kissalg.families.semidefinite_program.model import sdpa_model as sdpa_model
from kissalg.families.spherical_caps.model import spherical_caps as spherical_caps
from kissalg.families.three_point.model import kissing as kissing
from kissalg.families.three_point.model import three_point as three_point
from kissalg.kernel.report import Report as Report
from kissalg.published.graph_files import read_graph as read_graph
from kissalg.published.picos_problem import bound_picos as bound_picos
from kissalg.rounding import FaceSettings as FaceSettings
from kissalg.rounding import round_dual as round_dual
from kissalg.rounding import round_to_face as round_to_face
from kissalg.rounding import sharp_settings as sharp_settings
from kissalg.sdp.sdpa import read_sdpa as read_sdpa
from kissalg.solvers import Settings as Settings
from kissalg.solvers import solve as solve
from kissalg.solvers.float64 import solve_float64 as solve_float64
from kissalg.solvers.float64.picos_export import to_picos as to_picos
from kissalg.solvers.float64.picos_import import from_picos as from_picos
from kissalg.verdict import second_opinion as second_opinion
from kissalg.verdict import verify as verify

__version__: str
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
    "delsarte",
    "delsarte_polynomial",
    "errors",
    "from_networkx",
    "from_picos",
    "independence",
    "kissing",
    "levenshtein",
    "linear_mesh",
    "load",
    "minimize",
    "molien_series",
    "quadratic_field",
    "rankin",
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
