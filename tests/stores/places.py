# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the tests of all stores share: a place to keep records in, and how it is opened and broken."""

from __future__ import annotations

import contextlib
import dataclasses
import typing as t

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.tenantops.entra.plugins.module_utils._redact import Secret
from ansible_collections.tenantops.entra.plugins.module_utils._secret_records import Credential, Owner, Record, Store
from ansible_collections.tenantops.entra.plugins.module_utils._store_option import STORE_OPTION
from ansible_collections.tenantops.entra.plugins.plugin_utils._stores import open_store

OWNER = Owner("11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222")
OTHER = OWNER._replace(app_id="33333333-3333-3333-3333-333333333333")
VALUE = "abc8Q~" + "v" * 34


@dataclasses.dataclass(frozen=True)
class Place:
    """One kind of store as the tests find it."""

    kind: str
    spec: dict[str, t.Any]
    services: dict[str, t.Any]
    broken: t.Callable[[], contextlib.AbstractContextManager[None]]
    """While it is entered, the place cannot be used."""
    reads_back: bool = True
    """Whether a later run finds the values again. A sealed one finds all but them: ids, dates and revisions."""
    holds_one_owner: bool = False

    def option(self, **other: t.Any) -> dict[str, t.Any]:
        """The option store as a playbook has it."""
        return {"kind": self.kind, **self.spec, **other}

    def open(self, **other: t.Any) -> Store:
        return open_store(validated(self.option(**other)), self.services)


def validated(option: dict[str, t.Any]) -> dict[str, t.Any]:
    """The option store as a module gets it. Raises AssertionError with what is wrong."""
    checked = ArgumentSpecValidator(STORE_OPTION).validate({"store": option})
    assert not checked.error_messages, checked.error_messages
    return t.cast("dict[str, t.Any]", checked.validated_parameters["store"])


def record(name: str = "iis", owner: Owner = OWNER, **other: t.Any) -> Record:
    """One with a current credential that has a value."""
    current = Credential(name, "op1", "key1", Secret(VALUE), "2026-11-21T00:00:00Z", "2027-05-20T00:00:00Z")
    return Record(owner, name, current=current, abandoned=("op0",), **other)
