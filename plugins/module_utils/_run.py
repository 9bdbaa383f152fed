# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs a module: read, plan, apply unless checking, report. The only file that knows of check mode."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from ansible_collections.tenantops.entra.plugins.module_utils import _connection
from ansible_collections.tenantops.entra.plugins.module_utils import _libraries as lib
from ansible_collections.tenantops.entra.plugins.module_utils._apply import carry_out, fill, foresee
from ansible_collections.tenantops.entra.plugins.module_utils._credentials import SharedToken
from ansible_collections.tenantops.entra.plugins.module_utils._errors import EntraError
from ansible_collections.tenantops.entra.plugins.module_utils._graph import Graph
from ansible_collections.tenantops.entra.plugins.module_utils._memory import SHARED, Writes
from ansible_collections.tenantops.entra.plugins.module_utils._plan import Plan
from ansible_collections.tenantops.entra.plugins.module_utils._redact import scrub

Params = t.Mapping[str, t.Any]


@dataclasses.dataclass(frozen=True)
class Context:
    """What a module may use while it reads."""

    params: Params
    graph: Graph
    writes: Writes
    tenant_id: str
    services: t.Mapping[str, t.Any] = dataclasses.field(default_factory=dict)
    """What only the controller can do, such as secret stores; empty where a module runs on another machine."""


@dataclasses.dataclass(frozen=True)
class Module:
    """A module as data. Its file adds the documentation."""

    options: dict[str, dict[str, t.Any]]
    read: t.Callable[[Context], t.Any]
    """Everything that must be known, by reads alone."""
    plan: t.Callable[[Params, t.Any], Plan] | None = None
    """Pure: options and what was read to a plan. None for a module that only informs: then read returns the result."""
    refuse: t.Callable[[Params], None] | None = None
    """Raises InputError for options that can be seen to be wrong before any request."""
    ids: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    """Result keys for ids, such as app_id: {application.appId}."""
    constraints: t.Mapping[str, t.Any] = dataclasses.field(default_factory=dict)
    """mutually_exclusive, required_one_of, required_if and their like."""

    @property
    def spec(self) -> dict[str, dict[str, t.Any]]:
        return {**_connection.SPEC, **self.options}


def execute(
    module: Module, params: Params, *, check_mode: bool, services: t.Mapping[str, t.Any] | None = None
) -> dict[str, t.Any]:
    """The task's result for validated options, failures included; it never raises an EntraError and never holds a secret."""
    if lib.PROBLEM is not None:
        missing = lib.PROBLEM.name or str(lib.PROBLEM)
        return {
            "failed": True,
            "changed": False,
            "msg": missing_required_lib(missing, reason="on the controller, in the Python that runs ansible-core"),
        }
    try:
        connection = _connection.resolve(params)
        if module.refuse:
            module.refuse(params)
        graph = Graph(connection, SharedToken(connection, SHARED))
        try:
            context = Context(params, graph, Writes(SHARED, connection.tenant_id), connection.tenant_id, services or {})
            return t.cast("dict[str, t.Any]", scrub(_converge(module, context, check_mode)))
        finally:
            graph.close()
    except EntraError as error:
        return {
            "failed": True,
            "changed": error.changed,
            "msg": scrub(error.sentence()),
            "error": scrub({"kind": type(error).__name__, **error.marks}),
        }


def _converge(module: Module, context: Context, check_mode: bool) -> dict[str, t.Any]:
    found = module.read(context)
    if module.plan is None:
        return {"changed": False, **found}
    plan = module.plan(context.params, found)
    done = foresee(plan, context.writes) if check_mode else carry_out(plan, context.graph, context.writes)
    ids = {name: fill(template, done.objects) for name, template in module.ids.items()}
    result = {
        "changed": done.changed,
        **done.shown,
        **done.after,
        **{name: None if value == module.ids[name] else value for name, value in ids.items()},
        "diff": {"before": done.before if done.changed else done.after, "after": done.after},
    }
    if done.warnings:
        result["warnings"] = list(done.warnings)
    return result


def main(module: Module) -> None:
    """Run as an ordinary module, where a task is delegated to another machine."""
    ansible = AnsibleModule(argument_spec=module.spec, supports_check_mode=True, **module.constraints)
    result = execute(module, ansible.params, check_mode=ansible.check_mode)
    if result.pop("failed", False):
        ansible.fail_json(**result)
    ansible.exit_json(**result)
