# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs a module: read, plan, apply unless checking, report. The only file that knows of check mode."""

from __future__ import annotations

import contextlib
import dataclasses
import pathlib
import sys
import traceback
import typing as t

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.tenantops.entra.plugins.module_utils import _connection
from ansible_collections.tenantops.entra.plugins.module_utils import _libraries as lib
from ansible_collections.tenantops.entra.plugins.module_utils._apply import carry_out, fill_text, rehearse
from ansible_collections.tenantops.entra.plugins.module_utils._credentials import SharedToken
from ansible_collections.tenantops.entra.plugins.module_utils._errors import EntraError, GraphError, LibraryError
from ansible_collections.tenantops.entra.plugins.module_utils._graph import Graph
from ansible_collections.tenantops.entra.plugins.module_utils._losses import refuse_losses
from ansible_collections.tenantops.entra.plugins.module_utils._memory import SHARED, Memory, Writes
from ansible_collections.tenantops.entra.plugins.module_utils._naming_rules import refuse_names
from ansible_collections.tenantops.entra.plugins.module_utils._needs import Needs, explain
from ansible_collections.tenantops.entra.plugins.module_utils._plan import Plan
from ansible_collections.tenantops.entra.plugins.module_utils._redact import scrub
from ansible_collections.tenantops.entra.plugins.module_utils._turn import turn

UNPRIVILEGED = ("Authorization_RequestDenied", "NotAdminRoleNoEnoughCustomPermission_UnauthorizedAccess")
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
    needs: Needs = dataclasses.field(default_factory=Needs)
    """The least permissions that it works with."""
    ids: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    """Result keys for ids, such as app_id: {application.appId}."""
    constraints: t.Mapping[str, t.Any] = dataclasses.field(default_factory=dict)
    """mutually_exclusive, required_one_of, required_if and their like."""

    @property
    def spec(self) -> dict[str, dict[str, t.Any]]:
        return {**_connection.SPEC, **self.options}


def execute(
    module: Module,
    params: Params,
    *,
    check_mode: bool,
    rehearsal: bool = False,
    services: t.Mapping[str, t.Any] | None = None,
    memory: Memory = SHARED,
) -> dict[str, t.Any]:
    """The task's result for validated options. It raises no EntraError and holds no secret.

    rehearsal: the whole run is in check mode, so that later tasks build upon what this one would have written.
    """
    try:
        _refuse_libraries()
        connection = _connection.resolve(params)
        refuse_names(params)
        if module.refuse:
            module.refuse(params)
        graph = Graph(connection, SharedToken(connection, memory, (services or {}).get("tell")))
        try:
            writes = Writes(memory, connection.tenant_id, rehearsal=rehearsal)
            context = Context(params, graph, writes, connection.tenant_id, services or {})
            if module.plan is None:
                return t.cast("dict[str, t.Any]", scrub({"changed": False, **module.read(context)}))
            alone = turn(connection.graph, connection.tenant_id, connection.timeout)
            with contextlib.nullcontext() if check_mode else alone:
                plan = module.plan(params, module.read(context))
                refuse_losses(params, plan, memory, counts=rehearsal or not check_mode)
                if not check_mode:
                    plan = carry_out(plan, graph, writes)
                elif rehearsal:
                    plan = rehearse(plan, writes)
            return t.cast("dict[str, t.Any]", scrub(_report(module, plan)))
        except GraphError as error:
            if error.status == 403 and (not error.remedy or error.code in UNPRIVILEGED):
                error.remedy = f"{explain(module.needs, params, graph.identity())} {error.remedy}".rstrip()
            raise
        finally:
            graph.close()
    except EntraError as error:
        return tell(error)
    except Exception as error:
        return describe_defect(error)


def _refuse_libraries() -> None:
    """Raise LibraryError where this Python does not have the libraries that are needed."""
    if not lib.UNFIT and lib.PROBLEM is None:
        return
    name = lib.PROBLEM and lib.PROBLEM.name
    missing = isinstance(lib.PROBLEM, ModuleNotFoundError)
    lack = lib.UNFIT or (f"no library {name}" if missing else f"a library {name} that lacks what is needed")
    wanted = " ".join(f"'{one}'" for one in lib.NEEDED)
    raise LibraryError(
        f"The Python that runs this task ({sys.executable}) has {lack}",
        remedy=f"Install what requirements.txt of the collection lists: {sys.executable} -m pip install {wanted}.",
    )


def tell(error: EntraError) -> dict[str, t.Any]:
    """A failure as a task's result."""
    return {
        "failed": True,
        "changed": error.changed,
        "msg": scrub(error.sentence()),
        "error": scrub({"kind": type(error).__name__, **error.marks}),
    }


def describe_defect(error: Exception) -> dict[str, t.Any]:
    """The result of a failure that nobody foresaw. Its text is dropped, since it may hold a secret; the place is enough to find it."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return {
        "failed": True,
        "changed": False,
        "msg": f"This is a defect of the collection: {type(error).__name__} in {pathlib.PurePath(place.filename).name}, line {place.lineno}. "
        "Please report that line. Whether anything was changed is not known; a run in check mode with --diff tells what is missing.",
        "error": {"kind": "Defect"},
    }


def _report(module: Module, plan: Plan) -> dict[str, t.Any]:
    """The result: options as they are now, ids by name, and what differs. A text may name an id, such as api://{app_id}."""
    filled = {name: fill_text(template, plan.objects) for name, template in module.ids.items()}
    ids = {name: None if value == module.ids[name] else value for name, value in filled.items()}
    known = {f"{{{name}}}": value for name, value in ids.items() if value}
    result: dict[str, t.Any] = {
        **ids,
        **_replace({**plan.after, **plan.shown}, known),
        "changed": plan.changed,
        "diff": {"before": plan.before if plan.changed else plan.after, "after": plan.after},
    }
    return result | ({"warnings": _replace(list(plan.warnings), known)} if plan.warnings else {})


def _replace(value: t.Any, known: t.Mapping[str, str]) -> t.Any:
    if isinstance(value, str):
        for name, id_ in known.items():
            value = value.replace(name, id_)
        return value
    if isinstance(value, dict):
        return {name: _replace(item, known) for name, item in value.items()}
    return [_replace(item, known) for item in value] if isinstance(value, list) else value


def main(module: Module) -> None:
    """Run as an ordinary module, where a task is delegated to another machine."""
    ansible = AnsibleModule(argument_spec=module.spec, supports_check_mode=True, **module.constraints)
    result = execute(module, ansible.params, check_mode=ansible.check_mode)
    if result.pop("failed", False):
        ansible.fail_json(**result)
    ansible.exit_json(**result)
