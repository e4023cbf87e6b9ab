"""Files from strangers: whatever the bytes, a finding or a `PublishedError`, soon, and nothing is executed or
unpacked.
"""

import gzip
import io
import json
import lzma
import pickle
import re
import resource
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kissalg.cli import app
from kissalg.errors import ExactnessError, KissalgError, ParameterError, PublishedError
from kissalg.kernel import Verdict, check
from kissalg.published import FORMATS, Allowance, CheckOptions, Finding, check_file, check_file_within, recognise
from kissalg.published.foreign import ForeignLimits, number, parse_json, read_bytes
from kissalg.published.knwit_container import MAGIC, read_container
from kissalg.testing.foreign_files import SAMPLES, damaged, restructured
from kissalg.testing.mutations import KINDS, judge, mutate
from tests.limits import capped
from tests.vectors import vectors

DIMENSION = CheckOptions(dimension=3)


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
    "gzip bomb": (gzip.compress(b" " * (136 << 20)), "found more"),
    "xz bomb": (lzma.compress(b" " * (136 << 20), preset=1), "at most"),
    "gzip of gzip": (gzip.compress(gzip.compress(b" " * (136 << 20))), "UTF-8|found more"),
    "truncated xz": (lzma.compress(b"[[1, 0]]")[:-8], "whole xz stream"),
    "truncated gzip": (gzip.compress(b"[[1, 0]]" * 99)[:-9], "damaged gzip"),
    "deep JSON": (b"[" * 10**6, "nested deeper"),
    "deep JSON in an object": (b'{"points":' * 10**5, "nested deeper"),
    "not text": (b"\xff\xfe\x00\x01", "UTF-8"),
    "nothing": (b"", "not recognised"),
    "prose": (b"The kissing number is twelve.", "not recognised"),
    "unknown keys": (b'{"hello": 1}', "the keys 'hello'"),
}


OTHER_FORMAT = (  # by readers of formats that begin otherwise
    "expected the magic KNWIT003"
    "|not a problem in the sparse SDPA format: expected at least four lines"
    "|a kissalg certificate that is malformed: the text is neither xz nor ASCII"
)
BOMBS = ("gzip bomb", "gzip of gzip", "xz bomb")  # one reader is enough: all of them read by `read_bytes`
RECOGNITION = ("nothing", "prose", "unknown keys")  # refused because no format is named


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_a_reason(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By every reader, and by the kernel; nothing is run, and nothing is unpacked."""
    data, message = REFUSED[name]
    path = tmp_path / "file"
    path.write_bytes(data)
    with capped(20), pytest.raises(PublishedError, match=message):
        check_file(path)
    for format_ in () if name in (*RECOGNITION, *BOMBS) else FORMATS:
        with capped(20), pytest.raises(PublishedError, match=f"{message}|{OTHER_FORMAT}"):
            check_file(path, format_, DIMENSION)
    with capped(20):
        assert check(data).verdict is Verdict.MALFORMED
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
    with pytest.raises(PublishedError, match=r"^here: (expected a (rational )?number, found|the denominator is zero)"):
        number(value, "here")


def test_json_is_read_exactly() -> None:
    tree = parse_json('{"a": 0.1, "b": 123456789012345678901234567890, "c": 1e2}')
    assert str(number(tree["a"], "a")) == "1/10"
    assert tree["b"] == 123456789012345678901234567890
    assert number(tree["c"], "c") == 100
    for text, message in (
        ("{", "not JSON"),
        ("[1,]", "not JSON"),
        ('{"a": 1, "a": 2}', "the key 'a' occurs twice"),
        ("[Infinity]", "expected numbers, found Infinity"),
        ("[" + "9" * 10**5 + "]", "at most 10000 digits, found one of 100000"),
    ):
        with pytest.raises(PublishedError, match=message):
            parse_json(text)


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("change", [damaged, restructured])
@given(seed=st.integers(0, 2**32))
def test_changed_files_give_a_finding_or_an_error(
    name: str, change: Callable[[bytes, Random], bytes], seed: int
) -> None:
    data = change(SAMPLES[name], Random(seed))
    for judged in (lambda: FORMATS[name](data, DIMENSION), lambda: FORMATS[recognise(data)](data, DIMENSION)):
        try:
            with capped():
                finding = judged()
        except KissalgError as error:
            text = str(error)
        else:
            assert isinstance(finding, Finding)
            text = str(finding)
        assert len(text) < 2000


GIGANTIC = [10**9, -1, 10**40, "@", "-@", "1e400", "1e999999999", "@/@", 1e308, "1/0"]


def numbers_in(tree: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The places of a JSON value that hold numbers, as such or in strings."""
    if isinstance(tree, dict | list):
        for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree):
            yield from numbers_in(value, (*path, key))
    elif not isinstance(tree, str) or tree[:1].isdigit() or tree[:1] == "-":
        yield path


@pytest.mark.parametrize("name", [name for name, data in SAMPLES.items() if data.startswith(b"{")])
def test_gigantic_numbers_at_every_place(name: str) -> None:
    """Sizes, degrees, dimensions, positions, entries: each in turn, of up to 9000 digits; and the same file with no
    number at all.
    """
    places = list(numbers_in(json.loads(SAMPLES[name])))
    assert places
    for place in places:
        for value in (*GIGANTIC, None, [], {}):
            tree = json.loads(SAMPLES[name])
            parent = tree
            for key in place[:-1]:
                parent = parent[key]
            parent[place[-1]] = value
            data = re.sub(rb'"(-?)@"', rb"\g<1>" + b"9" * 9000, json.dumps(tree).encode()).replace(b"@", b"7" * 9000)
            try:
                with capped():
                    text = str(FORMATS[name](data, DIMENSION))
            except KissalgError as error:
                text = str(error)
            assert len(text) < 2000


KNWIT_LIES = {
    "blocks": MAGIC + b"\xff\xff\xff\xff",
    "rows": MAGIC + b"\x01\x00\x00\x00" + b"\xff\xff" + b"\x01\x00\x00\x00",
    "denominators": MAGIC + b"\x01\x00\x00\x00" + b"\x02\x00" + b"\xff\xff\xff\xff",
    "length of a denominator": MAGIC
    + b"\x01\x00\x00\x00"
    + b"\x01\x00"
    + b"\x01\x00\x00\x00"
    + b"\xff\xff\xff\xff\x7f",
    "endless length": MAGIC + b"\x01\x00\x00\x00" + b"\x01\x00" + b"\x01\x00\x00\x00" + b"\xff" * 100,
    "many large blocks": MAGIC + b"\x10\x27\x00\x00" + b"\x00\x10",
}
SDPA_LIES = {
    "constraints": "1000000000\n1\n1\n1\n",
    "blocks": "1\n1000000000\n1\n1\n",
    "block size": "1\n1\n1000000000\n1\n1 1 1000000000 1000000000 1\n",
    "index": f"1\n1\n1\n1\n1 1 1 {'9' * 3000} 1\n",
    "exponent": "1\n1\n1\n1\n1 1 1 1 1e9999\n",
    "cost": "1\n1\n1\n1e1000\n1 1 1 1 1\n",
    "empty blocks": "1\n3\n0 0 0\n1\n",
    "no block": "1\n0\n\n1\n",
    "no block, found by fuzzing": '"a commet"1 = im\n1,1\n0 1e3001 1{}1\n1 1 1\n1 0 2 1\n',
}


KNWIT_REASONS = {
    "blocks": "expected 1 to 10000 blocks, found 4294967295",
    "rows": "block 0: expected 1 to 4096 rows, and at most 4194304 entries in all, found 65535 rows",
    "denominators": "block 0: expected 1 to 3 denominators, found 4294967295",
    "length of a denominator": "block 0, a denominator: expected an integer of 1 to 4096 bytes, found 34359738367",
    "endless length": "block 0, a denominator: a ULEB128 number of more than five bytes",
    "many large blocks": "block 0: expected 1 to 4096 rows, and at most 4194304 entries in all, found 4096 rows",
}
SDPA_REASONS = {
    "constraints": "expected 1 block sizes and 1000000000 costs, found 1 and 1",
    "blocks": "expected 1000000000 block sizes and 1 costs, found 1 and 1",
    "block size": "1 to 1000 rows and 1048576 entries, and no empty block, found 1, 1000000000 and 1",
    "index": "expected a position on or above the diagonal of a block of size 1",
    "exponent": "line 5: expected an exponent up to 1000, found '1e9999'",
    "cost": r"expected numbers below 2\^1024",
    "empty blocks": "1 to 1000 rows and 1048576 entries, and no empty block, found 1, 0 and 0",
    "no block": "expected at least four lines that are not comments, found 3",
    "no block, found by fuzzing": "line 3: expected at least one block, found 0",
}


@pytest.mark.parametrize("what", KNWIT_LIES)
def test_containers_that_lie_about_sizes(what: str) -> None:
    with capped(2, 64), pytest.raises(PublishedError, match=KNWIT_REASONS[what]):
        read_container(KNWIT_LIES[what])


@pytest.mark.parametrize("what", SDPA_LIES)
def test_programs_that_lie_about_sizes(what: str) -> None:
    with capped(), pytest.raises(KissalgError, match=SDPA_REASONS[what]):
        FORMATS["sdpa"](SDPA_LIES[what].encode(), CheckOptions())


def test_every_sample_is_recognised() -> None:
    for name, data in SAMPLES.items():
        assert recognise(data) == name
    assert {*SAMPLES} == {*FORMATS}


SHAPES = (
    "expected (a JSON object|an object with the keys|the keys?|the magic KNWIT003|a number|at least four lines"
    "|1 to 8192 points|an integer from [12] to 10000)|the JSON is not canonical|vector 0 is zero, and has no direction"
)


@pytest.mark.parametrize("text", ["0", "null", "true", '"n"', "[]", "[[0]]", "{}", '{"n": 3}', '{"dimension": null}'])
@pytest.mark.parametrize("name", sorted(FORMATS))
def test_json_of_another_shape(name: str, text: str) -> None:
    with pytest.raises(PublishedError, match=SHAPES):
        FORMATS[name](text.encode(), DIMENSION)


@given(st.binary(max_size=200), st.sampled_from(sorted(FORMATS)))
def test_random_bytes(data: bytes, name: str) -> None:
    for action in (lambda: recognise(data), lambda: FORMATS[name](data, DIMENSION)):
        try:
            with capped():
                action()
        except (PublishedError, ExactnessError):
            continue


def test_a_check_is_ended_when_it_exceeds_its_allowance(tmp_path: Path) -> None:
    slow = tmp_path / "slow.json"
    facet = {"linear": [-1, *[0] * 13], "quadratic": [[0, 1, 1]], "rhs": 0}
    slow.write_text(json.dumps({"n": 14, "facets": [facet] * 1000}))
    with pytest.raises(PublishedError, match="1 seconds of processor time"):
        check_file_within(Allowance(1, 8192), slow)
    large = tmp_path / "large.json"
    large.write_bytes(gzip.compress(b'{"points": ["' + b"a" * (100 << 20) + b'"]}', 1))
    present = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize() >> 20
    with pytest.raises(PublishedError, match="of memory"):
        check_file_within(Allowance(60, max(512, present + 64)), large)
    good = tmp_path / "good.json"
    good.write_bytes(SAMPLES["delsarte"])
    assert check_file_within(Allowance(), good).verified
    with pytest.raises(PublishedError, match="cannot be read"):
        check_file_within(Allowance(), tmp_path / "nothing")
    for seconds in (0, 10**20):
        with pytest.raises(ParameterError, match="at least 1 second"):
            Allowance(seconds)


def test_what_a_terminal_would_obey_is_escaped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Names in foreign files are printed in messages and findings: without control characters, and whatever the
    encoding.
    """
    name = "\x1b]0;title\x07\ud800"
    for tree in ({name: 1}, {"matrices": [{"name": name, "matrix": [[-1]]}]}, {"facets": 1, name: 2}):
        path = tmp_path / "file.json"
        path.write_text(json.dumps(tree))
        with pytest.raises(SystemExit):
            app(["check", str(path)])
        printed = "".join(capsys.readouterr())
        assert not any(ord(c) < 32 and c != "\n" for c in printed)
        printed.encode()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("# comment\n1 0 0\n0 1 0\n-1 0 0 # a comment of two words\n", "configuration"),
        ("1 0 0 0 0\n0 1 0 0 0\n0 0 1 0 0\n0 0 0 1 0\n0 0 0 0 1\n", "configuration"),
        ("1,0\n0,1\n-.5 1e-3", "configuration"),
        ("1=m\n1=n\n(2)\n{1.0}\n{1,1,1,2,1.0}\n", "sdpa"),
        ('"a comment"\n* another\n1\n1\n2\n1\n1 1 1 1 1\n', "sdpa"),
    ],
)
def test_texts_are_told_apart(text: str, name: str) -> None:
    assert recognise(text.encode()) == name


def test_long_texts_are_refused_before_they_are_split() -> None:
    lines = "expected at most 8192 lines of numbers, and 65536 with comments, found more"
    for text, recognised, message in (
        (b"1 " * (8 << 20), False, "expected at most 8192 lines of as many numbers, found more"),
        (b"\n" * (16 << 20), False, lines),
        (b"1\n" * (8 << 20), True, lines),
        (b"9" * (16 << 20), False, "expected a rational number, found '9"),
        (b"-" * (16 << 20), False, "expected a rational number, found '-"),
    ):
        with capped(10, 512), pytest.raises(PublishedError, match=message):
            FORMATS["configuration"](text, CheckOptions())
        with capped(10, 512), pytest.raises(PublishedError, match=lines if recognised else "is not recognised"):
            FORMATS[recognise(text)](text, CheckOptions())
    with pytest.raises(PublishedError, match="--solution"):
        recognise(b"phase.value = pdOPT\nxVec = \n{1.0}\n")


def test_polynomials_of_the_largest_degree_are_quick() -> None:
    tree = {"dimension": 8, "gegenbauer": [f"{k + 1}/{7 ** (k % 5) * 10**300}" for k in range(100)]}
    with capped(5):
        assert not FORMATS["delsarte"](json.dumps(tree).encode(), CheckOptions()).verified


SMALL = sorted(vectors("three-point", "verified"), key=lambda path: path.stat().st_size)[:3]


@pytest.mark.parametrize("kind", KINDS)
@given(seed=st.integers(0, 2**32))
def test_mutated_certificates_are_never_wrongly_verified(kind: str, seed: int) -> None:
    random = Random(seed)
    data = random.choice(SMALL).read_bytes()
    with capped(60, 2048):
        judged = judge(mutate(data, kind, random), always=True)
    assert not judged.judgement.alarming, judged.report
