# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The walls of the house: who may import whom, where a write is sent, what a module leaves to the engine, how long a file is."""

from __future__ import annotations

import ast
import io
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLUGINS = ROOT / "plugins"
ENGINE = PLUGINS / "module_utils"
PREFIX = "ansible_collections.tenantops.entra.plugins."
LIMIT = 250  # lines of a file without a module's documentation
MODULE_LIMIT = 100  # lines of code of a module after imports and documentation
DOCUMENTATION = {"DOCUMENTATION", "EXAMPLES", "RETURN"}

# The engine, lowest first: what each file may import of the engine. A file that is not named here belongs to a noun.
MAY_IMPORT: dict[str, set[str]] = {
    "_clouds": set(),
    "_remedies": set(),
    "_errors": {"_remedies"},
    "_connection_rules": {"_errors"},
    "_versions": set(),
    "_libraries": {"_versions"},
    "_memory": set(),
    "_needs": set(),
    "_schema": set(),
    "_redact": {"_errors"},
    "_key_pair": {"_libraries"},
    "_secret_records": {"_redact", "_errors"},
    "_store_option": set(),
    "_connection": {"_clouds", "_connection_rules", "_errors", "_redact"},
    "_operator_files": {"_connection", "_errors", "_libraries"},
    "_sign_in_refusals": {"_connection", "_remedies"},
    "_request": {"_errors", "_redact"},
    "_login_session": {"_libraries", "_redact", "_request"},
    "_credentials": {
        "_connection",
        "_errors",
        "_libraries",
        "_login_session",
        "_memory",
        "_operator_files",
        "_redact",
        "_sign_in_refusals",
    },
    "_discovery": {"_connection", "_errors", "_libraries", "_login_session"},
    "_client_sign_in": {
        "_connection",
        "_credentials",
        "_errors",
        "_key_pair",
        "_libraries",
        "_login_session",
        "_redact",
        "_remedies",
        "_sign_in_refusals",
    },
    "_graph": {"_connection", "_credentials", "_errors", "_libraries", "_request"},
    "_plan": {"_errors", "_schema"},
    "_kinds": {"_errors", "_graph", "_memory", "_plan"},
    "_references": {"_connection_rules", "_errors", "_graph", "_kinds", "_plan"},
    "_losses": {"_errors", "_plan"},
    "_shield": set(),
    "_turn": {"_errors"},
    "_apply": {"_errors", "_graph", "_memory", "_plan", "_redact", "_request", "_shield"},
}
# What a noun asks of the engine: never the transport, the writer or the run.
NOUN = {
    "_client_sign_in",
    "_clouds",
    "_connection",
    "_connection_rules",
    "_discovery",
    "_errors",
    "_key_pair",
    "_kinds",
    "_losses",
    "_needs",
    "_plan",
    "_redact",
    "_references",
    "_schema",
    "_secret_records",
    "_store_option",
    "_versions",
}
# Packages from outside the standard library; everything else of the engine has none.
LIBRARIES = {
    "_libraries": {
        "anyio",
        "azure",
        "cryptography",
        "h11",
        "httpcore",
        "httpx",
        "jwt",
        "kiota_abstractions",
        "kiota_authentication_azure",
    }
    | {"kiota_http", "msal", "msgraph", "msgraph_core", "requests", "tenacity"},
    "_connection": {"ansible"},
    "_run": {"ansible"},
    "_redact": {"ansible"},
    "_store_option": {"ansible"},
    "_losses": {"ansible"},
    "_redirect_uri_hosts": {"ansible"},
    "_redirect_uri_dns": {"dns"},
}


def list_python(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if not {"__pycache__", "node_modules"} & set(path.parts))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def every(*folders: Path) -> pytest.MarkDecorator:
    """One test for each Python file of the folders."""
    return pytest.mark.parametrize("path", [p for folder in folders for p in list_python(folder)], ids=named)


def read_imports(path: Path) -> Iterator[str]:
    """Full names of what a file imports when it runs, wherever in the file; relative imports have their leading dots."""
    tree = ast.parse(path.read_text())
    for_types = [
        node for node in ast.walk(tree) if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
    ]
    ignored = {inner for node in for_types for statement in node.body for inner in ast.walk(statement)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import) and node not in ignored:
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node not in ignored:
            yield from (f"{'.' * node.level}{node.module or ''}.{alias.name}" for alias in node.names)


def imports_of_engine(path: Path) -> set[str]:
    """The engine's files that a file imports, by their bare names."""
    start = f"{PREFIX}module_utils."
    return {name.removeprefix(start).split(".")[0] for name in read_imports(path) if name.startswith(start)}


def names_in_code(path: Path) -> set[str]:
    """Every name in the code; comments and strings, and so the documentation, do not count."""
    tokens = tokenize.generate_tokens(io.StringIO(path.read_text()).readline)
    return {token.string for token in tokens if token.type == tokenize.NAME}


def is_documentation(node: ast.stmt) -> bool:
    if isinstance(node, ast.Assign):
        return ast.unparse(node.targets[0]) in DOCUMENTATION
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def count_lines(path: Path) -> int:
    """A file's lines without DOCUMENTATION, EXAMPLES and RETURN."""
    text = path.read_text()
    documentation = [node for node in ast.parse(text).body if isinstance(node, ast.Assign) and is_documentation(node)]
    return len(text.splitlines()) - sum((node.end_lineno or 0) - node.lineno + 1 for node in documentation)


def count_module_code(path: Path) -> int:
    """A module's lines of code after its imports: no documentation, comments or empty lines."""
    text = path.read_text()
    lines: set[int] = set()
    for node in ast.parse(text).body:
        if not isinstance(node, (ast.Import, ast.ImportFrom)) and not is_documentation(node):
            lines |= set(range(node.lineno, (node.end_lineno or 0) + 1))
    written = text.splitlines()
    return sum(1 for number in lines if written[number - 1].strip() and not written[number - 1].strip().startswith("#"))


@every(ENGINE)
def test_imports_point_down(path: Path) -> None:
    everything = {p.stem for p in list_python(ENGINE)}
    if path.stem == "_run":
        allowed = everything - {"_run"}
    elif path.stem in MAY_IMPORT:
        allowed = MAY_IMPORT[path.stem]
    else:
        allowed = NOUN | (everything - set(MAY_IMPORT) - {"_run"})
    assert imports_of_engine(path) <= allowed


def test_no_file_of_the_engine_imports_itself_through_others() -> None:
    needs = {path.stem: imports_of_engine(path) for path in list_python(ENGINE)}
    while ready := {name for name, wanted in needs.items() if not wanted & set(needs)}:
        needs = {name: wanted for name, wanted in needs.items() if name not in ready}
    assert not needs


def test_every_file_of_the_table_exists() -> None:
    assert set(MAY_IMPORT) | set(LIBRARIES) <= {path.stem for path in list_python(ENGINE)}


@every(ENGINE)
def test_engine_takes_libraries_through_one_file(path: Path) -> None:
    outside = (
        {name.split(".")[0] for name in read_imports(path)} - set(sys.stdlib_module_names) - {"ansible_collections"}
    )
    assert outside <= LIBRARIES.get(path.stem, set())


@every(ENGINE, PLUGINS / "modules")
def test_only_the_controller_uses_plugin_utils(path: Path) -> None:
    assert not [name for name in read_imports(path) if name.startswith(f"{PREFIX}plugin_utils")]


@every(PLUGINS / "modules")
def test_module_leaves_the_run_to_the_engine(path: Path) -> None:
    assert not names_in_code(path) & {"check_mode", "fail_json", "exit_json", "AnsibleModule"}
    assert not imports_of_engine(path) & {"_apply", "_graph", "_credentials", "_libraries", "_memory"}


@every(ENGINE)
def test_only_the_run_knows_check_mode(path: Path) -> None:
    assert path.stem == "_run" or "check_mode" not in names_in_code(path)


@every(PLUGINS)
def test_only_apply_sends(path: Path) -> None:
    calls = [node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    sends = [ast.unparse(func) for func in calls if isinstance(func, ast.Attribute) and func.attr == "send"]
    assert not sends or path.stem in {"_apply", "_graph"}


def test_the_transport_itself_sends_nothing_but_get() -> None:
    for node in ast.walk(ast.parse((ENGINE / "_graph.py").read_text())):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Request":
            assert ast.unparse(node.args[0]) == "'GET'"


def test_product_does_not_know_the_embedded_tenant() -> None:
    folders = [ROOT / name for name in ("plugins", "roles", "playbooks")]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    assert files
    assert not [named(path) for path in files if "sandbox" in path.read_text().lower()]


@every(ROOT / "tests" / "sandbox")
def test_embedded_tenant_does_not_know_the_product(path: Path) -> None:
    assert not {name.split(".")[0] for name in read_imports(path)} & {"ansible", "ansible_collections", "plugins"}


@every(PLUGINS, *(ROOT / "tests" / name for name in ("sandbox", "workshop", "fidelity", "clients", "azure", "bench")))
def test_file_is_short(path: Path) -> None:
    assert count_lines(path) <= LIMIT


@every(PLUGINS, ROOT / "tests")
def test_no_name_is_a_bare_underscore(path: Path) -> None:
    """What ansible-test's pylint refuses two minutes later."""
    names = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Name)]
    assert not [node.lineno for node in names if node.id == "_"]


@every(PLUGINS / "modules")
def test_module_is_a_table(path: Path) -> None:
    assert count_module_code(path) <= MODULE_LIMIT


def test_no_file_names_a_place_on_one_machine() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    machine = re.compile(rf"(?<![\w.-])/(?:home|Users|root|work)/\w|{re.escape(str(ROOT))}/")
    found = []
    for path in (ROOT / name for name in filter(None, listed.split("\0"))):
        if path.is_file() and not path.is_symlink():
            text = path.read_text(errors="replace")
            found += [f"{named(path)}: {match.group()}" for match in machine.finditer(text)]
    assert not found
