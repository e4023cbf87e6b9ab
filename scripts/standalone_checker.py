"""Assemble certificates/check.py, the kernel in one file: `python scripts/standalone_checker.py`.

The modules are embedded as they are, so that the file can be compared with kissalg/kernel line by line; a loader of a
few lines makes them importable. tests/test_standalone_checker.py keeps the file current.
"""

from pathlib import Path

from kissalg.atomic import write_atomically

ROOT = Path(__file__).parents[1]
KERNEL = ROOT / "kissalg" / "kernel"
TARGET = ROOT / "certificates" / "check.py"

HEADER = '''#!/usr/bin/env python3
"""The checker of kissalg certificates in one file, for Python 3.11 or later; nothing has to be installed.

    python3 -I check.py FILE... [--expect "A(4,1/2) <= 24.2"]

One verdict for each file on standard output, the details on standard error. Exit code: 0 verified, 1 rejected,
2 malformed or unreadable, 64 for a command line that makes no sense.

Assembled from kissalg/kernel by scripts/standalone_checker.py; do not edit. To read it, in order: report, grammar, check;
then polynomial, psd, identity; then for the theorem in question its file in theorems (statement, proof, check), what that
imports from common, and its module of notation (the form of its claims). The last lines, after the sources, make them
importable and start the command.
"""

SOURCES = {}
'''

LOADER = '''
import sys
import types
from importlib.machinery import ModuleSpec

PACKAGE = "kissalg_kernel"


class Finder:
    """Finds the modules in SOURCES: nothing is read from the disk."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        inner = "__init__" if name == PACKAGE else name.removeprefix(PACKAGE + ".")
        if name != PACKAGE and not name.startswith(PACKAGE + "."):
            return None
        package = inner == "__init__" or inner + ".__init__" in SOURCES
        key = inner + ".__init__" if package and inner != "__init__" else inner
        if key not in SOURCES:
            return None
        return ModuleSpec(name, Loader(key), is_package=package)


class Loader:
    """Executes one of them."""

    def __init__(self, key):
        self.key = key

    def create_module(self, spec):
        return types.ModuleType(spec.name)

    def exec_module(self, module):
        code = compile(SOURCES[self.key], f"<{PACKAGE}.{self.key}>", "exec")
        exec(code, module.__dict__)


def main():
    sys.meta_path.insert(0, Finder)
    from kissalg_kernel import __main__ as command

    command.__doc__ = __doc__
    return command.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
'''


def key_of(path: Path) -> str:
    """The name of a module within the package, such as theorems.three_point."""
    return ".".join(path.relative_to(KERNEL).with_suffix("").parts)


def standalone() -> str:
    """The text of the file."""
    parts = [HEADER]
    for path in sorted(KERNEL.rglob("*.py"), key=key_of):
        source = path.read_text(encoding="utf-8")
        if "'''" in source or source.endswith("\\"):
            raise ValueError(f"{path}: the source cannot stand between triple quotes")
        parts.append(f"\n# {'=' * 20} {key_of(path)} {'=' * 20}\n")
        parts.append(f"SOURCES[{key_of(path)!r}] = r'''{source}'''\n")
    return "".join(parts) + LOADER


if __name__ == "__main__":
    write_atomically(TARGET, standalone().encode())
