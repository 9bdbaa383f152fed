# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs every module of the collection on the controller, in the worker that ansible-core has forked already.

meta/runtime.yml redirects each module's action here. What this file imports is paid once a run, by the parent process; a
module in a Python of its own would pay it in every task.
"""

from __future__ import annotations

import gc
import importlib
import pkgutil
import types
import typing as t

from ansible.plugins.action import ActionBase
from ansible.plugins.loader import filter_loader, test_loader

from ansible_collections.tenantops.entra.plugins import filter as filters
from ansible_collections.tenantops.entra.plugins import modules
from ansible_collections.tenantops.entra.plugins.module_utils import _run
from ansible_collections.tenantops.entra.plugins.module_utils._errors import InputError
from ansible_collections.tenantops.entra.plugins.module_utils._redact import Secret
from ansible_collections.tenantops.entra.plugins.plugin_utils import _services
from ansible_collections.tenantops.entra.plugins.plugin_utils._options import read_options


def _import_all(package: types.ModuleType) -> dict[str, t.Any]:
    names = [found.name for found in pkgutil.iter_modules(package.__path__)]
    return {name: importlib.import_module(f"{package.__name__}.{name}") for name in names}


# Imported in the parent: a collection's code is compiled at every import, which a worker would pay for in its one task. So with the
# filters, since a template that names one has ansible-core load them all: a fifth of the CPU time of onboarding.
MODULES: dict[str, _run.Module] = {name: one.MODULE for name, one in _import_all(modules).items()}
_import_all(filters)
for loader in (filter_loader, test_loader):
    list(loader.all())
gc.freeze()  # what the parent holds is not looked through by a worker, which would copy its pages
HERE = ("", "localhost", "127.0.0.1", "::1")


class ActionModule(ActionBase):
    """One task."""

    _supports_async = False
    _requires_connection = False

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        name = self._task.action.rpartition(".")[2]
        if (self._task.delegate_to or "") not in HERE:
            return {**result, **self._execute_module(module_name=f"tenantops.entra.{name}", task_vars=task_vars)}
        try:
            outcome = self._run_here(name, task_vars or {})
        except Exception as error:  # ansible-core would tell its text, even with no_log
            outcome = _run.describe_defect(error)
        return {**result, **outcome}

    def _run_here(self, name: str, task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        module = MODULES[name]
        try:
            params = read_options(name, module, self._task.args)
        except InputError as error:
            return _run.tell(error)
        outcome = _run.execute(
            module,
            params,
            check_mode=self._task.check_mode,
            rehearsal=bool(task_vars.get("ansible_check_mode")),
            services=_services.of(self._loader, params),
        )
        if not self._task.diff:
            outcome.pop("diff", None)
        return _hand_out(outcome)


def _hand_out(outcome: dict[str, t.Any]) -> dict[str, t.Any]:
    """The result with the values that return_secret asks for. Nothing of such a result is displayed, logged or given to callbacks."""
    secrets = {name: value.reveal() for name, value in outcome.items() if isinstance(value, Secret)}
    return {**outcome, **secrets, "_ansible_no_log": True} if secrets else outcome
