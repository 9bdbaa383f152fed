# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is made to go wrong inside a run, in the parent process of its workers: failures that tell a secret, and leaks."""

from __future__ import annotations

import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils import _connection, _libraries, _redact, _run
from ansible_collections.tenantops.entra.plugins.module_utils._errors import StoreError
from ansible_collections.tenantops.entra.plugins.plugin_utils import _services
from leaks.mutants import MUTANTS

made: list[str] = []
"""Secrets of the shape that Microsoft Entra ID makes, as this process came to know them."""


def carry_out(name: str) -> None:
    """Patch what the name says. Raises KeyError for a name that means nothing."""
    construct = _redact.Secret.__init__

    def remember(self: _redact.Secret, value: str) -> None:
        construct(self, value)
        if _redact.SHAPES.fullmatch(value) and "Q~" in value:
            made.append(value)

    _redact.Secret.__init__ = remember  # type: ignore[method-assign]
    if name in FAILURES:
        FAILURES[name]()
    else:
        leak(name)


def leak(name: str) -> None:
    """Have the result of every task that has made a secret go through the mutant."""
    execute, mutant = _run.execute, MUTANTS[name]

    def leaking(module: t.Any, params: t.Any, **more: t.Any) -> dict[str, t.Any]:
        made.clear()
        result = execute(module, params, **more)
        new = [value for value in made if value != params.get("client_secret")]
        if new:
            mutant.leak(result, new[-1])
        return result

    _run.execute = leaking


class Failing:
    """A store, the real one, that cannot keep the value of a secret that was made, and says so with the value."""

    def __init__(self, store: t.Any, how: type[Exception]) -> None:
        self._store, self._how = store, how

    def __getattr__(self, name: str) -> t.Any:
        return getattr(self._store, name)

    def put(self, record: t.Any) -> t.Any:
        value = record.pending.secret.reveal() if record.pending and record.pending.secret else ""
        if not value:
            return self._store.put(record)
        try:
            raise KeyError(f"inner {value}")
        except KeyError as cause:
            raise self._how(f"the disk says {value}") from cause


def fail_store(how: type[Exception]) -> t.Callable[[], None]:
    def patch() -> None:
        names = vars(_services)
        genuine = names["open_store"]
        names["open_store"] = lambda *given: Failing(genuine(*given), how)

    return patch


def fail_within() -> None:
    """An exception that nobody foresaw, in the module's own code, with the operator's secret in it and in its cause."""
    genuine = _connection.resolve

    def resolve(params: t.Any) -> t.Any:
        found = genuine(params)
        told = " ".join(secret.reveal() for secret in found.secrets.values())
        try:
            raise LookupError(told)
        except LookupError as cause:
            raise ValueError(f"nobody thought of this: {told}") from cause

    _connection.resolve = resolve


def fail_around() -> None:
    """The same around the module, in the action plugin."""

    def of(loader: t.Any, *options: t.Any) -> t.Any:
        raise ValueError(
            f"nobody thought of this: {list(loader._vault.secrets[0][1:])} {loader._vault.secrets[0][1].bytes!r}"
        )

    vars(_services)["of"] = of


def lose_library() -> None:
    _libraries.PROBLEM = ModuleNotFoundError("No module named 'msal'", name="msal")


FAILURES: dict[str, t.Callable[[], None]] = {
    "store says OSError": fail_store(OSError),
    "store says StoreError": fail_store(StoreError),
    "store says ValueError": fail_store(ValueError),
    "defect within": fail_within,
    "defect around": fail_around,
    "library missing": lose_library,
}
