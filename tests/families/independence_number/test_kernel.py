"""Certificates of independence numbers: the folder is the verdict of both checkers; no change of a number is accepted;
hostile sizes are refused early.
"""

import json
from fractions import Fraction
from typing import Any

import pytest

from kissalg.audit import audit
from kissalg.families.independence_number import audit as audit_claim
from kissalg.families.independence_number import witness as form
from kissalg.kernel import Verdict, check, parse_expectation
from kissalg.kernel.notation.independence_numbers import GraphBound, graph_quantity
from kissalg.kernel.theorems import independence_number as kernel_claim
from tests.kernel.oracle import serialise
from tests.vectors import vector


def tree_of(name: str) -> Any:
    return json.loads(vector("independence-number", name).read_bytes())


@pytest.mark.parametrize(
    ("name", "claim"),
    [
        ("c5-theta-sharp", "alpha(Dhc) <= sqrt(5) <= 2.2360679775, and >= 2"),
        ("petersen-las2-sharp", "alpha(I?LRCecq?) <= 4, and >= 4"),
    ],
)
def test_claims(name: str, claim: str) -> None:
    assert str(check(vector("independence-number", name).read_bytes()).claim) == claim


def test_the_exact_value_is_named() -> None:
    report = check(vector("independence-number", "c5-theta-sharp").read_bytes())
    assert "sqrt(5)" in report.detail


def test_the_lower_side_is_checked() -> None:
    tree = tree_of("c5-theta")
    tree["witness"]["independent"] = None
    report = check(serialise(tree))
    assert report.verified
    assert isinstance(report.claim, GraphBound)
    assert report.claim.lower is None
    tree["witness"]["independent"] = [4]
    assert str(check(serialise(tree)).claim).endswith(", and >= 1")


def test_expectations() -> None:
    data = vector("independence-number", "c5-theta-sharp").read_bytes()
    for text in ("alpha(Dhc) <= 2.24", "alpha(Dhc) <= 2", " alpha ( Dhc ) <= 9/4 ", "alpha(Dhc) = 2"):
        assert check(data, expect=text).verified, text
        assert audit(data, expect=text).verified, text
    for text in ("alpha(Dhc) <= 1", "alpha(Dhk) <= 3", "alpha(Dhc) = 3", "alpha(Dhc;1,1,1,1,2) <= 9", "A(3,1/2) <= 13"):
        assert check(data, expect=text).verdict is Verdict.REJECTED, text
    weighted = vector("independence-number", "house-weighted").read_bytes()
    graph = tree_of("house-weighted")["parameters"]["graph"]
    assert (
        check(weighted, expect=f"alpha({graph}; 2, 1/2, 1, 3, 2) = 5").verdict is Verdict.REJECTED
    )  # only 5.0000000003
    assert check(weighted, expect=f"alpha({graph}; 2, 0.5, 1, 3, 2) <= 5.001").verified


def test_a_bound_is_rounded_down_for_integers_only() -> None:
    whole = GraphBound("alpha(Dhc)", Fraction(9, 4), integral=True, lower=Fraction(2))
    assert whole.implies(parse_expectation("alpha(Dhc) = 2"))
    assert not GraphBound("alpha(Dhc)", Fraction(9, 4)).implies(parse_expectation("alpha(Dhc) <= 2"))


def test_long_graphs_are_named_by_their_hash() -> None:
    quantity = graph_quantity("~" * 200, None)
    assert quantity.startswith("alpha(sha256:")
    assert len(quantity) < 80
    assert parse_expectation(f"{quantity} <= 3").quantity == quantity
    assert parse_expectation(f"alpha({'~' * 200}) <= 3").quantity == quantity


def refused(change: Any) -> str:
    tree = tree_of("c5-theta")
    change(tree["witness"])
    report, opinion = check(serialise(tree)), audit(serialise(tree))
    assert report.verdict is opinion.verdict is Verdict.MALFORMED, (report, opinion)
    return report.reason


def test_hostile_sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    def many_vertices(witness: Any) -> None:
        witness["sets"] = {"sets": [" ".join(["0"] * 40)], "values": {"denominator": "1", "values": ["1"]}}

    def large_support(witness: Any) -> None:
        witness["inequalities"] = [{"function": ["1", *(f"{v:x} 1" for v in range(5))], "multiplier": ["0/1"]}] * 40

    assert "4096 bits" in refused(lambda w: w.update(value=[f"1/{'f' * 2000}"]))
    assert "31 spaces" in refused(many_vertices) or "32 integers" in refused(many_vertices)
    monkeypatch.setattr(kernel_claim, "_WORK_LIMIT", 1000)
    monkeypatch.setattr(form, "_MAX_WORK", 1000)
    assert "steps" in refused(large_support)
    monkeypatch.setattr(kernel_claim, "_SUPPORT_LIMIT", 4)
    monkeypatch.setattr(form, "MAX_SUPPORT", 4)
    assert "4 vertices" in refused(large_support)


def test_large_orbits_are_not_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A graph without edges, all permutations: the sets of eight vertices among forty are too many to visit."""
    monkeypatch.setattr(kernel_claim, "_ORBIT_LIMIT", 1000)
    monkeypatch.setattr(audit_claim, "_MAX_ORBITS", 1000)
    n = 40
    codes = [0] * (n * (n - 1) // 2)
    graph6 = chr(63 + n) + "".join(chr(63) for _ in range(-(-len(codes) // 6)))
    generators = [
        " ".join(format((v + 1) % n, "x") for v in range(n)),
        "1 0 " + " ".join(format(v, "x") for v in range(2, n)),
    ]
    tree = tree_of("c5-theta")
    tree["parameters"] = {"graph": graph6, "weights": None}
    tree["witness"] |= {
        "generators": generators,
        "independent": None,
        "sets": {"sets": ["0 1 2 3 4 5 6 7"], "values": {"denominator": "1", "values": ["1"]}},
        "squares": [],
    }
    assert check(serialise(tree)).verdict is Verdict.MALFORMED
    assert audit(serialise(tree)).verdict is Verdict.MALFORMED
