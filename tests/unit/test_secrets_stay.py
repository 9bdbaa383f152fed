# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Read from the code: who may reveal a secret, what messages are made of, which options are masked, which loggers are quiet."""

from __future__ import annotations

import ast
import importlib
import logging
import pathlib
import re
import typing as t

import pytest

from ansible_collections.tenantops.entra.plugins.module_utils import _libraries, _run

ROOT = pathlib.Path(__file__).parents[2]
PLUGINS = ROOT / "plugins"
PYTHON = sorted(PLUGINS.rglob("*.py"))
MODULES = sorted(path.stem for path in (PLUGINS / "modules").glob("entra*.py"))

STORE, SIGN_IN, REQUEST = "keeps it in a store", "signs in with it", "sends it in the request that sets it"
ASKED = "returns it where return_secret asks for it"
# Every function that takes a secret out of its wrapper, and for which of these reasons.
REVEALS = {
    "plugin_utils/_plain_records.py: _fields": STORE,
    "plugin_utils/_sealed_file.py: _seal": STORE,
    "plugin_utils/_sealed_file.py: reveal": SIGN_IN,  # of the task that made it
    "module_utils/_credentials.py: get_token": SIGN_IN,
    "module_utils/_credentials.py: build": SIGN_IN,
    "module_utils/_operator_files.py: read_certificate": SIGN_IN,
    "module_utils/_operator_files.py: read_token": SIGN_IN,
    "module_utils/_client_sign_in.py: _credential_of": SIGN_IN,
    "module_utils/_client_sign_in.py: call": SIGN_IN,
    "module_utils/_apply.py: _reveal": REQUEST,
    "action/entra.py: _hand_out": ASKED,
}
OWN_ERRORS = set(re.findall(r"^class (\w+)", (PLUGINS / "module_utils/_errors.py").read_text(), re.MULTILINE))
# Of somebody else's exception, the name of its class may be told, what the operating system says of a file, a module's name.
ATTRIBUTES = ("strerror", "name")
HARMLESS = ("type", "isinstance", "scrub", "describe_defect")
REVIEWED = {
    "_lost": "tells its class",
    "_failed": "scrubs it",
    "_forbidden": "looks at it, or scrubs it",
    "_refusal": "tells the names that the DNS does not know",
    "PROBLEM": "is scrubbed where it is told",
}
# Options that sound like secrets and are none.
NO_SECRET = {
    "federated_token_file": "a path",
    "vault_token_file": "a path",
    "vault_secret_id_file": "a path",
    "key_vault_url": "an address",
    "key_vault_tenant_id": "an id",
    "tokens": "kinds of tokens",
    "access_token": "names of claims, below tokens",
    "id_token": "names of claims, below tokens",
    "saml2_token": "names of claims, below tokens",
}
SOUNDS_SECRET = re.compile(r"secret|password|passphrase|token|key|assertion|pfx|certificate_data")
"""Among option names."""


def functions(path: pathlib.Path) -> t.Iterator[tuple[str, ast.AST]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.name, node


def own_nodes(function: ast.AST) -> t.Iterator[ast.AST]:
    """What is in a function, but for the functions in it."""
    for child in ast.iter_child_nodes(function):
        if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield child
            yield from own_nodes(child)


def test_a_secret_is_revealed_to_be_kept_to_sign_in_and_to_be_set_and_nowhere_else() -> None:
    found = set()
    for path in PYTHON:
        for name, function in functions(path):
            for node in own_nodes(function):
                if isinstance(node, ast.Attribute) and node.attr == "reveal":
                    found.add(f"{path.relative_to(PLUGINS)}: {name}")
    assert found == set(REVEALS)


def told_of(caught: str, handler: ast.AST) -> t.Iterator[str]:
    """The statements in which the handler uses the exception, but for what is harmless."""
    parents = {child: node for node in ast.walk(handler) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(handler):
        if not (isinstance(node, ast.Name) and node.id == caught and isinstance(node.ctx, ast.Load)):
            continue
        if ast.unparse(parents[node]) in {f"{caught}.{name}" for name in ATTRIBUTES}:
            continue
        above = node
        while above in parents:
            above = parents[above]
            if isinstance(above, ast.Compare):
                break  # only looked at
            if isinstance(above, ast.Call) and ast.unparse(above.func).rpartition(".")[2] in (*HARMLESS, *REVIEWED):
                break
            if isinstance(above, ast.stmt):
                yield ast.unparse(above)
                break


def caught_types(handler: ast.ExceptHandler) -> set[str]:
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type or handler]
    return {ast.unparse(one) for one in caught}


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: path.stem)
def test_no_message_is_made_of_an_exception_but_through_the_scrubber(path: pathlib.Path) -> None:
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ExceptHandler) and node.name and not caught_types(node) <= OWN_ERRORS:
            found += [told for told in told_of(node.name, node) if told.partition(" = ")[0] not in REVIEWED]
    assert found == []


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: path.stem)
def test_an_exception_that_is_raised_for_another_does_not_bring_it_along(path: pathlib.Path) -> None:
    """Its text would be told with a traceback."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ExceptHandler):
            raised = [inner for inner in own_nodes(node) if isinstance(inner, ast.Raise) and inner.exc is not None]
            assert [ast.unparse(one) for one in raised if one.cause is None or ast.unparse(one.cause) != "None"] == []


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: path.stem)
def test_nothing_is_printed_and_no_library_is_told_to_log(path: pathlib.Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called not in ("print", "breakpoint", "traceback.format_exc", "traceback.print_exc"), called
            assert not called.startswith(("syslog.", "warnings.warn")), called
            assert not called.endswith((".log", ".warn", ".deprecate")), called
            assert not any(word.arg in ("logging_enable", "enable_pii_log", "debug") for word in node.keywords), called


def options(spec: t.Mapping[str, t.Any], place: str = "") -> t.Iterator[tuple[str, str, t.Mapping[str, t.Any]]]:
    """Place, name and spec of every option and suboption."""
    for name, option in spec.items():
        yield f"{place}{name}", name, option
        yield from options(option.get("options") or {}, f"{place}{name}.")


@pytest.mark.parametrize("name", MODULES)
def test_an_option_that_sounds_like_a_secret_is_masked_or_known_not_to_be_one(name: str) -> None:
    module: _run.Module = importlib.import_module(f"ansible_collections.tenantops.entra.plugins.modules.{name}").MODULE
    for place, option_name, option in options(module.spec):
        if option.get("no_log"):
            assert option.get("type", "str") == "str", (
                f"{place}: ansible-core's error tells a value that does not convert"
            )
            assert "choices" not in option, f"{place}: ansible-core's error tells a value that is no choice"
        elif option.get("type") in ("bool", "int", "float"):
            continue
        else:
            assert not SOUNDS_SECRET.search(option_name) or option_name in NO_SECRET, f"{place} needs no_log"


def test_what_libraries_log_of_headers_and_addresses_is_not_told(caplog: pytest.LogCaptureFixture) -> None:
    hpack = pytest.importorskip("hpack")
    caplog.set_level(logging.DEBUG)
    hpack.Encoder().encode([("authorization", "Bearer a-token")])
    for name in (
        *_libraries.TALKATIVE,
        "httpx",
        "azure.core.pipeline.policies.http_logging_policy",
        "msal.application",
    ):
        logging.getLogger(name).error("Authorization: Bearer a-token")
    assert caplog.text == ""
