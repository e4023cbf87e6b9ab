"""Write kissalg/__init__.pyi, the public names as type checkers and editors see them: `python scripts/public_names.py`.

The names come from kissalg/__init__.py and from the records of the families; tests/test_repository.py keeps the file
current.
"""

from pathlib import Path

import kissalg
from kissalg.atomic import write_atomically

TARGET = Path(__file__).parents[1] / "kissalg" / "__init__.pyi"
HEADER = (
    "# Written by scripts/public_names.py from kissalg/__init__.py and the records of the families; do not edit.\n\n"
)


def stub() -> str:
    """The text of the file."""
    homes = kissalg.homes()
    imports = ["from kissalg import errors as errors"]
    imports += [f"from {home} import {name} as {name}" for name, home in homes.items()]
    names = "".join(f'    "{name}",\n' for name in kissalg.__all__)
    return HEADER + "\n".join(sorted(imports)) + f"\n\n__version__: str\n__all__ = [\n{names}]\n"


if __name__ == "__main__":
    write_atomically(TARGET, stub().encode())
