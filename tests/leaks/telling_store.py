# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The documentation's example of a store of kind `command`, but given a value to keep, it tells the value as the reason not to."""

from __future__ import annotations

import io
import pathlib
import re
import runpy
import sys

EXAMPLE = pathlib.Path(__file__).parents[2] / "docs/examples/keep_record.py"

asked = sys.stdin.read()
if re.search(r'"secret": "', asked):
    sys.exit(f"no room for {asked}")
sys.stdin = io.StringIO(asked)
runpy.run_path(str(EXAMPLE), run_name="__main__")
