# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A task's options, validated."""

from __future__ import annotations

import difflib
import re
import typing as t

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.errors import AnsibleValidationError, UnsupportedError

from ansible_collections.tenantops.entra.plugins.module_utils import _run
from ansible_collections.tenantops.entra.plugins.module_utils._errors import InputError
from ansible_collections.tenantops.entra.plugins.module_utils._redact import conceal_options

CHOICE = re.compile(
    r"must be one (?:or more )?of: (?P<choices>.+?)[,.] (?:g|G)ot(?:: | no match for: )(?P<given>.+)", re.DOTALL
)


def read_options(name: str, module: _run.Module, args: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The options with their defaults and types. Raises InputError with everything that is wrong with them."""
    conceal_options(module.spec, args)  # a secret may stand in a wrong place too, or in a wrong form
    checked = ArgumentSpecValidator(module.spec, **module.constraints).validate(dict(args))
    conceal_options(module.spec, checked.validated_parameters)
    if checked.error_messages:
        raise InputError(
            f"{name}: {'; '.join(_tell(error, module) for error in checked.errors)}",
            remedy=f"See ansible-doc tenantops.entra.{name}.",
        )
    return t.cast("dict[str, t.Any]", checked.validated_parameters)


def _tell(error: AnsibleValidationError, module: _run.Module) -> str:
    """What is wrong with the options, and what is nearest where a name is unknown: that is worth more than a list of all."""
    told = str(error.msg).rstrip(".")
    if isinstance(error, UnsupportedError):
        unknown = told.partition(". Supported parameters")[0]
        return f"there is no option {unknown}{_near(unknown, module.spec)}"
    choice = CHOICE.search(told)
    given = choice["given"].partition(" found in ")[0] if choice else ""
    return told + (_near(given, choice["choices"].split(", ")) if choice else "")


def _near(given: str, names: t.Iterable[str]) -> str:
    folded = {name.lower(): name for name in names}
    near = difflib.get_close_matches(given.lower(), folded, n=1, cutoff=0.7) or [
        lower for lower in folded if given.lower() in lower
    ]
    return f" (did you mean {folded[near[0]]}?)" if near else ""
