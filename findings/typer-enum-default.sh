#!/usr/bin/env bash
# typer 0.23.0 with click 8.1.8, a version that its metadata allow: an option whose default is a member of a plain Enum.
#
# Guess: a member of an Enum is accepted as the default of an option of that type, whatever click is installed.
# Seen: the command is refused when the option is not given, with the message that the default is not one of the choices. It works when the
# option is given, with an Enum that inherits from str, and with click 8.3.0.
# It matters for lower bounds: "typer>=0.15" lets a resolver choose such a pair.
#
# Usage: findings/typer-enum-default.sh        (PYTHON=… for another interpreter; needs PyPI)
set -euo pipefail
work=$(mktemp -d "${TMPDIR:-/tmp}/finding.XXXXXX")
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
cat > "$work/text.py" <<'PYTHON'
from enum import Enum

import typer


class Engine(str, Enum):
    FAST = "fast"
    EXACT = "exact"


def main(engine: Engine = Engine.FAST) -> None:
    print("engine:", engine.value)


typer.run(main)
PYTHON
sed 's/(str, /(/' "$work/text.py" > "$work/plain.py"

try() { TERM=dumb COLUMNS=100 "$work/venv/bin/python" "$work/$1.py" "${@:3}" 2>&1 | grep -F "$2" | head -n 1 || true; }

pip() { "$work/venv/bin/pip" install --quiet --disable-pip-version-check "typer==0.23.0" "click==$1"; }

echo "guess: engine: fast, with both versions of click"
pip 8.1.8
default=$(try plain "is not one of")
given=$(try plain "engine:" --engine fast)
text=$(try text "engine:")
pip 8.3.0
repaired=$(try plain "engine:")
printf 'typer 0.23.0, click 8.1.8: %s\n  with --engine fast: %s\n  with (str, Enum): %s\n' "$default" "$given" "$text"
printf 'typer 0.23.0, click 8.3.0: %s\n' "$repaired"
[[ $default == *"Engine.FAST"*"is not one of"* && "$given, $text, $repaired" == "engine: fast, engine: fast, engine: fast" ]] || { echo "this has changed"; exit 1; }
