"""Promises about the repository as a whole: what is imported is declared, the kernel is small and alone, nothing is
left undone.
"""

import ast
import io
import re
import subprocess
import sys
import tokenize
import tomllib
from collections.abc import Iterator
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

import kissalg
from kissalg.cli.compute import COMMANDS
from kissalg.families import FAMILIES
from kissalg.families.family import Family
from tests.vectors import vectors

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "kissalg"
MODULES = sorted(PACKAGE.rglob("*.py"))
SOURCES = [
    path for folder in ("kissalg", "tests", "examples", "benchmarks") for path in sorted((ROOT / folder).rglob("*.py"))
]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
DISTRIBUTIONS = {"flint": "python-flint"}  # import name -> name on PyPI, where they differ


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imported(path: Path) -> Iterator[str]:
    """The top-level names that a module imports, relative imports left out."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.split(".")[0]


def requirements(group: list[str]) -> set[str]:
    """The names of distributions, without versions."""
    return {re.split(r"[<>=!~\[; ]", requirement)[0] for requirement in group}


def test_dependencies_are_exactly_what_is_imported() -> None:
    # kissalg.testing is for test suites, which have Hypothesis
    modules = [path for path in MODULES if "testing" not in path.parts]
    third_party = {name for path in modules for name in imported(path)} - set(sys.stdlib_module_names) - {"kissalg"}
    found = {DISTRIBUTIONS.get(name, name) for name in third_party}
    declared = requirements(PROJECT["dependencies"])
    assert declared <= found
    extras = [group for name, group in PROJECT["optional-dependencies"].items() if name not in ("benchmarks", "test")]
    optional = set().union(*map(requirements, extras))
    assert found - declared <= optional, "imported, but neither a dependency nor part of an extra"
    assert not declared & optional
    # what an extra brings is tested
    assert found - declared <= requirements(PROJECT["optional-dependencies"]["test"])


def at_import(tree: ast.Module) -> Iterator[str]:
    """The top-level names of packages that importing a module imports; what stands under `if TYPE_CHECKING` is not."""
    statements = [node for node in tree.body if not isinstance(node, ast.If)]
    for node in statements:
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_extras_are_imported_by_those_who_need_them(path: Path) -> None:
    """Without its extra, every module can be imported but those of the package that the extra is for."""
    if path.relative_to(PACKAGE).parts[0] in ("plotting", "testing"):
        return
    names = set(at_import(ast.parse(path.read_text()))) - set(sys.stdlib_module_names) - {"kissalg"}
    assert {DISTRIBUTIONS.get(name, name) for name in names} <= requirements(PROJECT["dependencies"])


def test_the_kernel_imports_the_standard_library_only() -> None:
    for path in (PACKAGE / "kernel").rglob("*.py"):
        assert set(imported(path)) <= set(sys.stdlib_module_names), relative(path)


def test_the_kernel_runs_where_nothing_is_installed() -> None:
    command = [sys.executable, "-S", "-E", "-m", "kissalg.kernel"]
    empty = subprocess.run([*command, relative(ROOT / "pyproject.toml")], cwd=ROOT, capture_output=True, text=True)
    assert empty.returncode == 2
    assert empty.stdout.startswith("MALFORMED")
    files = [str(vectors(theorem, "verified")[0]) for theorem in ("three-point", "delsarte")]
    good = subprocess.run([*command, *files], cwd=ROOT, capture_output=True, text=True)
    assert good.returncode == 0, good.stderr
    assert good.stdout.startswith("VERIFIED")


def test_importing_kissalg_loads_nothing_that_has_to_be_installed() -> None:
    code = "import sys, kissalg; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"flint", "numpy", "numba", "scipy", "typer", "rich"} & set(result.stdout.split())


@pytest.mark.parametrize("name", kissalg.__all__)
def test_public_names(name: str) -> None:
    value = getattr(kissalg, name)
    assert value.__doc__
    assert name in dir(kissalg)


def test_public_functions_keep_their_names() -> None:
    """`import kissalg.certificate` must not replace the function by the module."""
    code = (
        "import kissalg.certificate, kissalg.verdict, kissalg as ka; assert ka.certify.__name__ == 'certify';"
        " ka.verify(b'')"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_no_module_is_named_like_a_public_function() -> None:
    """Importing a submodule x would replace the function x of the package; folders of theorems have the names of their
    theorems.
    """
    modules = {path.stem for path in MODULES if "kernel" not in path.parts} - {family.folder for family in FAMILIES}
    assert not modules & {name for name in kissalg.__all__ if callable(getattr(kissalg, name))}
    assert not {path.stem for path in PACKAGE.iterdir()} & {*kissalg.__all__} - {"errors"}


def test_every_command_belongs_to_a_theorem_and_every_theorem_to_a_command() -> None:
    answered = {f"bound {name}" for family in FAMILIES for name in family.commands}
    assert answered | {"solve"} == {command.name for command in COMMANDS}
    # a theorem whose problems are no question of `kissalg bound` is reached through another one, or by a file
    assert {family.theorem for family in FAMILIES if not family.commands} <= {
        "semidefinite-program",  # kissalg solve
        "three-point-fixed-size",  # certificates of published data
    }


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.theorem)
def test_the_public_names_of_a_theorem_exist(family: Family) -> None:
    for name, module in family.public.items():
        home = import_module(f"kissalg.families.{family.folder}.{module}")
        assert name in home.__all__
        assert getattr(kissalg, name) is getattr(home, name)
        assert name in kissalg.__all__


def test_the_stub_of_the_public_names_is_current() -> None:
    """If this fails, run `python scripts/public_names.py`."""
    spec = spec_from_file_location("public_names", ROOT / "scripts" / "public_names.py")
    assert spec is not None
    assert spec.loader is not None
    script = module_from_spec(spec)
    spec.loader.exec_module(script)
    assert (PACKAGE / "__init__.pyi").read_text(encoding="utf-8") == script.stub()


def test_unknown_names_are_explained() -> None:
    with pytest.raises(AttributeError, match="three_point"):
        kissalg.__getattr__("five_point")


def is_overload(node: ast.FunctionDef | ast.ClassDef) -> bool:
    """Whether it only states types: the docstring is with the function itself."""
    return any(isinstance(d, ast.Name) and d.id == "overload" for d in node.decorator_list)


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_modules_are_documented_and_say_what_is_public(path: Path) -> None:
    tree = ast.parse(path.read_text())
    assert ast.get_docstring(tree) or not tree.body, "a module docstring is missing"
    content = [node for node in tree.body[1:] if not (isinstance(node, ast.ImportFrom) and node.module == "__future__")]
    if path.name == "__main__.py" or not content:
        return
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    module = import_module(name)
    assert hasattr(module, "__all__"), "__all__ is missing"
    for public in module.__all__:
        assert hasattr(module, public), f"__all__ names {public}, which does not exist"
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name in module.__all__ and not is_overload(node):
            assert ast.get_docstring(node), f"{node.name} has no docstring"


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_modules_fit_a_sitting(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 450


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_floats_stay_in_the_solvers(path: Path) -> None:
    """No float literal, no call of float, no numpy, outside the solvers; the command line shows times and numbers of
    the solver, plots show what they show.
    """
    part = path.relative_to(PACKAGE).parts[0]
    if part in ("solvers", "cli", "plotting"):
        return
    for node in ast.walk(ast.parse(path.read_text())):
        assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), f"line {node.lineno}: a float"
        call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float"
        assert not call, f"line {getattr(node, 'lineno', 0)}: a call of float"
    assert not {"numpy", "scipy", "numba"} & set(imported(path))


UNDONE = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b|pytest\.skip\(|mark\.(skip|xfail)\b")
SILENCED = re.compile(r"#\s*(?:type:\s*ignore|noqa)(?P<code>\[[\w-]+\]|:\s*[A-Z]+[0-9]+)?(?P<reason>.*)")


@pytest.mark.parametrize("path", [path for path in SOURCES if path != Path(__file__)], ids=relative)
def test_nothing_is_undone_or_silenced_without_a_reason(path: Path) -> None:
    for number, line in enumerate(path.read_text().splitlines(), 1):
        assert not UNDONE.search(line), f"line {number}: {line.strip()}"
        silenced = SILENCED.search(line)
        if silenced:
            assert silenced["code"], f"line {number}: silences everything"
            assert len(silenced["reason"].strip(" #:")) >= 8, f"line {number}: gives no reason"


WITHOUT_MESSAGE = ("KeyboardInterrupt", "SystemExit")  # exceptions that carry none


@pytest.mark.parametrize("path", sorted((ROOT / "tests").rglob("*.py")), ids=relative)
def test_whoever_expects_an_error_says_which(path: Path) -> None:
    """Another error of the same class, raised for another reason, is no success."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("pytest.raises", "raises"):
            exceptions = node.args[0].elts if isinstance(node.args[0], ast.Tuple) else node.args[:1]
            silent = all(ast.unparse(exception) in WITHOUT_MESSAGE for exception in exceptions)
            reasons = [keyword.value for keyword in node.keywords if keyword.arg == "match"]
            assert reasons or silent, f"line {node.lineno}: pytest.raises without match"
            empty = any(isinstance(reason, ast.Constant) and reason.value in ("", ".", ".*") for reason in reasons)
            assert not empty, f"line {node.lineno}: every message matches"


def private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("__")


def inner_names(path: Path) -> Iterator[str]:
    """Where a test uses what a module keeps to itself: private names, and constants or private names that it replaces."""
    tree = ast.parse(path.read_text())
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    own = {  # what a test defines itself is its own
        name.id for name in ast.walk(tree) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
    }
    for imported_from in imports:
        if (imported_from.module or "").split(".")[0] == "kissalg":
            yield from (f"{imported_from.module}.{a.name}" for a in imported_from.names if private(a.name))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and private(node.attr) and node.attr not in own:
            if ast.unparse(node.value) not in ("self", "cls"):
                yield ast.unparse(node)
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "monkeypatch.setattr":
            name = node.args[1] if len(node.args) == 3 else node.args[0]
            if isinstance(name, ast.Constant):
                last = str(name.value).rpartition(".")[2]
                if private(last) or last.isupper():
                    yield f"{ast.unparse(node.args[0])}.{last}, replaced"


INNER = {  # files that do, and why
    "tests/families/independence_number/test_kernel.py": "files beyond the limits of work take minutes to write",
    "tests/solvers/test_generic.py": "one step of the method is looked at",
    "tests/solvers/test_interior_point_float64.py": "one step of the method is looked at, and its threads",
}


@pytest.mark.parametrize("path", sorted((ROOT / "tests").rglob("*.py")), ids=relative)
def test_tests_use_what_is_public(path: Path) -> None:
    assert bool(list(inner_names(path))) == (relative(path) in INNER), list(inner_names(path))


def test_the_version_is_stated_once() -> None:
    assert kissalg.__version__ == PROJECT["version"]
    assert f"## {kissalg.__version__}" in (ROOT / "CHANGELOG.md").read_text()


def test_links_of_the_documentation_lead_somewhere() -> None:
    # a source distribution leaves out large certificates, but not their lines in the ledger
    source_distribution = (ROOT / "PKG-INFO").exists()
    ledger = (ROOT / "certificates" / "LEDGER.md").read_text()
    for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *PACKAGE.rglob("*.md")):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text()):
            name = target.partition("certificates/")[2]
            left_out = source_distribution and name.endswith(".json.xz") and name in ledger
            assert (path.parent / target).exists() or left_out, f"{relative(path)} links to {target}"


DOTTED = re.compile(r"(?<![\w./-])kissalg(?:\.[A-Za-z_]\w*)+")
PAGES = [path for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")) if path.name != "CHANGELOG.md"]


def prose(path: Path) -> str:
    """What is written for readers: a page as it is, of a module its docstrings and comments."""
    text = path.read_text()
    if path.suffix == ".md":
        return text
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    docstrings = [ast.get_docstring(node) or "" for node in ast.walk(ast.parse(text)) if isinstance(node, documented)]
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return "\n".join([*docstrings, *(token.string for token in tokens if token.type == tokenize.COMMENT)])


def exists(name: str) -> bool:
    """Whether a dotted name is that of a module, or of an attribute of one."""
    found: object = kissalg
    parts = name.split(".")
    for length in range(2, len(parts) + 1):
        if hasattr(found, parts[length - 1]):
            found = getattr(found, parts[length - 1])
            continue
        try:
            found = import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            return False
    return True


def test_names_in_prose_exist() -> None:
    # of the names with the dots of a path, such as kissalg.sdp, in docstrings, comments and pages
    mentioned = [(path, name) for path in [*SOURCES, *PAGES] for name in DOTTED.findall(prose(path))]
    assert len(mentioned) > 100
    assert [f"{relative(path)}: {name}" for path, name in mentioned if not exists(name)] == []
