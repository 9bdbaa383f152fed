# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Lint the documentation of modules, plugins and roles: `python -m workshop.documentation`.

antsibull-docs takes the redirect of a module's action for a redirect of the module and so looks for every option in the
documentation of the redirect's target (_merge_action_into_modules in its docs_parsing/routing.py). It gets a copy of the
tree whose meta/runtime.yml has no redirects.
"""

from __future__ import annotations

import subprocess
import sys

import yaml

from workshop.tree import copied_tree

COMMAND = ["antsibull-docs", "lint-collection-docs", "--plugin-docs", "--validate-collection-refs", "self", "."]


def main() -> int:
    """Return antsibull-docs's exit status."""
    with copied_tree() as copy:
        runtime = yaml.safe_load((copy / "meta" / "runtime.yml").read_text())
        runtime["plugin_routing"].pop("action")
        (copy / "meta" / "runtime.yml").write_text(yaml.safe_dump(runtime))
        return subprocess.run(COMMAND, cwd=copy, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
