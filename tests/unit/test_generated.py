# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is generated is not stale."""

from __future__ import annotations

import pytest

from workshop import generate

TEXTS = generate.generate()


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_generated_file_is_fresh(path):
    assert path.read_text() == TEXTS[path], f"{path.name} is stale: run `make docs`"


def test_every_module_is_in_the_readme():
    readme = TEXTS[generate.ROOT / "README.md"]
    missing = [module.stem for module in generate.list_modules() if f"| `{module.stem}` |" not in readme]
    assert not missing
