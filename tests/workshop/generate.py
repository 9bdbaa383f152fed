# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Write what follows from the code: meta/runtime.yml and the tables of README and guides (`python -m workshop.generate`).

tests/unit/test_generated.py fails where a file differs from what this would write.
"""

from __future__ import annotations

import ast
import re
import runpy
from pathlib import Path
from typing import Any

import yaml
from errors.model import load_cases, load_situations

from fidelity import publication

ROOT = Path(__file__).resolve().parents[2]
COLLECTION = "tenantops.entra"
ACTION = "entra"  # plugins/action/entra.py, which runs every module
LEAST = "The least permission is "
MARKUP = re.compile(r"[COV]\(([^)]*)\)")  # code, option and value in a module's documentation


def list_modules() -> list[Path]:
    """The module files, in the order of their names."""
    return sorted((ROOT / "plugins" / "modules").glob("entra*.py"))


def read_documentation(module: Path) -> dict[str, Any]:
    """A module's DOCUMENTATION, without importing the module."""
    for node in ast.parse(module.read_text()).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "DOCUMENTATION":
            found: dict[str, Any] = yaml.safe_load(ast.literal_eval(node.value))
            return found
    raise LookupError(f"{module.name} has no DOCUMENTATION")


def write_runtime() -> str:
    """meta/runtime.yml: the cores that are supported, the action group, and the way from each module to its action."""
    names = [module.stem for module in list_modules()]
    redirects = {name: {"redirect": f"{COLLECTION}.{ACTION}"} for name in names if name != ACTION}
    runtime = {
        "requires_ansible": ">=2.16.0",
        "action_groups": {"all": names},
        "plugin_routing": {"action": redirects},
    }
    return "---\n# Written by `make docs`.\n" + dump_indented(runtime)


def dump_indented(data: dict[str, Any]) -> str:
    """YAML with list items indented, as yamllint wants them."""

    class Indented(yaml.SafeDumper):
        def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
            super().increase_indent(flow, False)

    return yaml.dump(data, Dumper=Indented, sort_keys=False)


def tabulate(columns: tuple[str, str], rows: list[tuple[str, str]]) -> str:
    """A Markdown table of names and what is said of them."""
    head = [f"| {columns[0]} | {columns[1]} |", "| --- | --- |"]
    return "\n".join([*head, *(f"| `{name}` | {says} |" for name, says in rows)])


def tabulate_modules() -> str:
    """The README's table of modules."""
    rows = [(module.stem, read_documentation(module)["short_description"]) for module in list_modules()]
    return tabulate(("module", "does"), rows)


def tabulate_roles() -> str:
    """The README's table of roles."""
    rows = []
    for specs in sorted((ROOT / "roles").glob("*/meta/argument_specs.yml")):
        entry = yaml.safe_load(specs.read_text())["argument_specs"]["main"]
        rows.append((specs.parents[1].name, entry["short_description"]))
    return tabulate(("role", "does"), rows)


def tabulate_permissions() -> str:
    """The table of least permissions: the paragraph of each module's description that begins with these words, or none."""
    rows = []
    for module in list_modules():
        paragraphs = read_documentation(module)["description"]
        told = [text.removeprefix(LEAST) for text in paragraphs if text.startswith(LEAST)]
        rows.append((module.stem, MARKUP.sub(r"`\1`", told[0]) if told else "None."))
    return tabulate(("module", "least permission for Microsoft Graph"), rows)


def tabulate_remedies() -> str:
    """The table of Microsoft's marks and what to do, without importing the engine."""
    remedies = runpy.run_path(str(ROOT / "plugins" / "module_utils" / "_remedies.py"))["REMEDIES"]
    rows = [("`, `".join(marks), action) for marks, action in remedies]
    return tabulate(("code, or text of the message", "what to do"), rows)


def tabulate_situations() -> str:
    """What an operator may get wrong, and what the task says then: the first case's sentence, or what there is instead."""
    told = {case.id: case.says for case in load_cases()}
    rows = ["| what is wrong | what the task says |", "| --- | --- |"]
    for row in load_situations():
        says = told[row["cases"][0]] if "cases" in row else f"*{row['instead']}.*"
        rows.append(f"| {row['situation']} | {' '.join(says.split()).replace('|', '&#124;').replace('<', '&lt;')} |")
    return "\n".join(rows)


def tabulate_fidelity() -> dict[str, str]:
    """The tables of the sandbox's page."""
    return {
        "confidences": publication.list_confidences(),
        "families": publication.tabulate_families(),
        "differences": publication.list_differences(),
    }


def renew(name: str, tables: dict[str, str]) -> tuple[Path, str]:
    """A file with its tables renewed; a table stands between `<!-- x -->` and `<!-- end of x -->`."""
    path = ROOT / name
    text = path.read_text()
    for title, table in tables.items():
        before, start, rest = text.partition(f"<!-- {title} -->\n")
        _old, end, after = rest.partition(f"<!-- end of {title} -->")
        text = f"{before}{start}{table}\n{end}{after}"
    return path, text


def generate() -> dict[Path, str]:
    """Every generated file and what it should hold."""
    return dict(
        [
            (ROOT / "meta" / "runtime.yml", write_runtime()),
            renew("README.md", {"modules": tabulate_modules(), "roles": tabulate_roles()}),
            renew("docs/connecting.md", {"permissions": tabulate_permissions()}),
            renew("docs/errors.md", {"remedies": tabulate_remedies(), "situations": tabulate_situations()}),
            renew("docs/sandbox.md", tabulate_fidelity()),
        ]
    )


if __name__ == "__main__":
    for path, text in generate().items():
        path.write_text(text)
