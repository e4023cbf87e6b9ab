#!/usr/bin/env bash
# Hypothesis 6.170.17 on Python 3.12 or 3.13: a test whose code is compiled under the name of the page that it stands on.
#
# Guess: the name given to compile() is for tracebacks only, and a test passes whatever it is.
# Seen: Hypothesis asks inspect.getsource for the text of the test; that reads the page, and from Python 3.12 on raises tokenize.TokenError (not
# the OSError of its documentation) if the text there is no Python, such as prose with an apostrophe. The test then ends with an
# AssertionError of Hypothesis. It passes under a name that is no file, such as <page.md>.
# It matters for test suites that run the blocks of their documentation.
#
# Usage: PYTHON=python3.13 findings/hypothesis-code-from-a-page.sh        (needs PyPI)
set -euo pipefail
work=$(mktemp -d "${TMPDIR:-/tmp}/finding.XXXXXX")
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -c 'import sys; sys.exit(sys.version_info < (3, 12))' || { echo "needs Python 3.12 or later, as PYTHON=…"; exit 2; }
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check "hypothesis==6.170.17"
cd "$work"
printf "# A page\n\nDon't worry.\n" > page.md
cat > run.py <<'PYTHON'
import sys

from hypothesis import given
from hypothesis import strategies as st

code = "\n\n@given(st.integers())\ndef test(n):\n    assert n == n\n\n\ntest()\n"
try:
    exec(compile(code, sys.argv[1], "exec"), {"given": given, "st": st})
    print("passed")
except BaseException as error:
    print(type(error).__name__)
PYTHON
echo "guess: passed, twice"
page=$(venv/bin/python run.py page.md)
brackets=$(venv/bin/python run.py "<page.md>")
printf '%s: %s as page.md, %s as <page.md>\n' "$(venv/bin/python --version)" "$page" "$brackets"
[[ $page == AssertionError && $brackets == passed ]] || { echo "this has changed"; exit 1; }
