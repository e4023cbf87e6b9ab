"""Files from strangers: whatever the bytes, a finding or a `PublishedError`, soon, and nothing is executed or unpacked."""

import gzip
import io
import json
import lzma
import pickle
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kissalg.errors import ExactnessError, KissalgError, PublishedError
from kissalg.published import FORMATS, CheckOptions, Finding, check_file, recognise
from kissalg.published.foreign import ForeignLimits, number, parse_json, read_bytes
from kissalg.testing.mutations import KINDS, Judgement, judge, mutate

CERTIFICATES = Path(__file__).parents[1] / "certificates" / "verified"


class Bomb:
    """An object whose pickle runs a command."""

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str, ...]]:
        return (print, ("this must never be printed",))


def archive(kind: str) -> bytes:
    buffer = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(buffer, "w") as target:
            target.writestr("../../escape.json", "[[1]]")
    else:
        with tarfile.open(fileobj=buffer, mode="w") as target:
            info = tarfile.TarInfo("../../escape.json")
            info.size = 5
            target.addfile(info, io.BytesIO(b"[[1]]"))
    return buffer.getvalue()


REFUSED: dict[str, tuple[bytes, str]] = {
    "pickle": (pickle.dumps(Bomb()), "a pickle"),
    "old pickle": (pickle.dumps(Bomb(), protocol=0), "a pickle"),
    "pickle in gzip": (gzip.compress(pickle.dumps(Bomb())), "a pickle"),
    "zip with a path upwards": (archive("zip"), "a zip archive"),
    "tar with a path upwards": (archive("tar"), "a tar archive"),
    "tar in xz": (lzma.compress(archive("tar")), "a tar archive"),
    "gzip bomb": (gzip.compress(b" " * (200 << 20)), "found more"),
    "xz bomb": (lzma.compress(b" " * (200 << 20), preset=1), "at most"),
    "truncated xz": (lzma.compress(b"[[1, 0]]")[:-8], "whole xz stream"),
    "truncated gzip": (gzip.compress(b"[[1, 0]]" * 99)[:-9], "damaged gzip"),
    "deep JSON": (b"[" * 10**6, "nested deeper"),
    "deep JSON in an object": (b'{"points":' * 10**5, "nested deeper"),
    "not text": (b"\xff\xfe\x00\x01", "UTF-8"),
    "nothing": (b"", "not recognised"),
    "prose": (b"The kissing number is twelve.", "not recognised"),
    "unknown keys": (b'{"hello": 1}', "the keys hello"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_a_reason(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, message = REFUSED[name]
    path = tmp_path / "file"
    path.write_bytes(data)
    with pytest.raises(PublishedError, match=message):
        check_file(path)
    assert capsys.readouterr().out == ""
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]
    assert not (tmp_path.parents[1] / "escape.json").exists()


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(PublishedError, match="cannot be read"):
        check_file(tmp_path / "nothing")
    with pytest.raises(PublishedError, match="cannot be read"):
        check_file(tmp_path)
    big = tmp_path / "big"
    big.write_bytes(b"1" * 100)
    with pytest.raises(PublishedError, match="at most 99"):
        read_bytes(big, ForeignLimits(file=99))
    with pytest.raises(PublishedError, match="a format among"):
        check_file(big, "pickle")


@pytest.mark.parametrize(
    "value",
    [
        *("1/0", "", "/", "1/", "/2", "1/-2", "--1", "1e", "0x10", "1_000", "١", "nan", "inf", "1/2/3", "1.2/3"),
        *(True, None, {}, [], [1], ["1", "0"], [1, 2, 3], 1.5),
    ],
)
def test_numbers_that_are_none(value: Any) -> None:
    with pytest.raises(PublishedError):
        number(value, "here")


def test_json_is_read_exactly() -> None:
    tree = parse_json('{"a": 0.1, "b": 123456789012345678901234567890, "c": 1e2}')
    assert str(number(tree["a"], "a")) == "1/10"
    assert tree["b"] == 123456789012345678901234567890
    assert number(tree["c"], "c") == 100
    for text in ("{", "[1,]", '{"a": 1, "a": 2}', "[Infinity]", "[" + "9" * 10**5 + "]"):
        with pytest.raises(PublishedError):
            parse_json(text)


SEEDS: dict[str, str] = {
    "configuration": '[[1, 0, 0], [0, 1, 0], [0, 0, "-1/2"]]',
    "three-point-fixed-n": json.dumps(
        {"claim": "dimension 3", "n": 13, "D": 2, "cut": "1/2", "e": "1/32", "F": [[["1", "0"], ["0", "1"]], [["1"]]]}
    ),
    "delsarte": json.dumps({"dimension": 3, "cos": "-1/3", "gegenbauer": ["1/3", "1"]}),
    "cohn-elkies": json.dumps(
        {
            "n": 2,
            "threshold": [3, 1],
            "coefficients": [[2, 1], [1, 1]],
            "transform_nonnegative": {"sigma0": [], "sigma1": []},
            "tail_nonpositive": {"sigma0": [], "sigma1": []},
        }
    ),
    "graph-dual": json.dumps({"vertices": 2, "edges": [[0, 1]], "weights": [{"clique": [0, 1], "weight": 1}]}),
    "facets": json.dumps({"n": 2, "facets": [{"linear": [-1, 0], "quadratic": [[0, 1, 1]], "rhs": 0}]}),
    "gram-matrices": json.dumps(
        {
            "matrices": [{"name": "X", "L": [[1]]}],
            "identities": [{"terms": [{"matrix": "X", "coefficients": [[1]]}], "rhs": 1}],
        }
    ),
    "three-point-values": json.dumps({"n": 3, "degree": 1, "blocks": {"a": [1, 1], "B": [[1, 0], [0, 1]]}}),
    "sdpa": "1\n1\n2\n1\n0 1 1 2 1\n1 1 1 1 1\n1 1 2 2 1\n",
}


def damaged(text: str, random: Random) -> str:
    """Up to three small changes: characters replaced, tokens exchanged, numbers made gigantic."""
    for _ in range(random.randint(1, 3)):
        position = random.randrange(len(text) + 1)
        piece = random.choice(
            ["", "9" * 30, "-", "null", "[", "]", "{}", '"', "1e300", "1/0", "0", " ", "\n", "true", ","]
        )
        text = text[:position] + piece + text[position + random.randint(0, 3) :]
    return text


@pytest.mark.parametrize("name", SEEDS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_damaged_files_give_a_finding_or_an_error(name: str, seed: int, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text(damaged(SEEDS[name], Random(seed)))
    for format_ in (None, name):
        try:
            finding = check_file(path, format_, CheckOptions(dimension=3))
        except KissalgError:
            continue
        assert isinstance(finding, Finding)


def test_every_seed_is_recognised() -> None:
    for name, text in SEEDS.items():
        assert recognise(text.encode()) == name
    assert {*SEEDS, "certificate", "knwit"} == {*FORMATS}


@pytest.mark.parametrize("text", ["0", "null", "true", '"n"', "[]", "[[0]]", "{}", '{"n": 3}', '{"dimension": null}'])
@pytest.mark.parametrize("name", sorted(FORMATS))
def test_json_of_another_shape(name: str, text: str) -> None:
    with pytest.raises(PublishedError):
        FORMATS[name](text.encode(), CheckOptions(dimension=3))


@given(st.binary(max_size=200), st.sampled_from(sorted(FORMATS)))
def test_random_bytes(data: bytes, name: str) -> None:
    for action in (lambda: recognise(data), lambda: FORMATS[name](data, CheckOptions(dimension=3))):
        try:
            action()
        except (PublishedError, ExactnessError):
            continue


SMALL = sorted(CERTIFICATES.iterdir(), key=lambda path: path.stat().st_size)[:3]


@pytest.mark.parametrize("kind", KINDS)
@given(seed=st.integers(0, 2**32))
def test_mutated_certificates_are_never_wrongly_verified(kind: str, seed: int) -> None:
    random = Random(seed)
    data = random.choice(SMALL).read_bytes()
    judged = judge(mutate(data, kind, random), always=True)
    assert judged.judgement not in (Judgement.WRONGLY_VERIFIED, Judgement.DISAGREEMENT), judged.report
