# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What can be seen to be wrong with the options that name an object, whichever module they are of."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils._connection_rules import GUID
from ansible_collections.tenantops.entra.plugins.module_utils._errors import InputError

LONGEST_NAME = 256  # characters, https://learn.microsoft.com/graph/api/resources/application
# what shows a name otherwise than it is: control characters, and those that turn the direction of writing
# https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def refuse_names(params: t.Mapping[str, t.Any]) -> None:
    """Raise InputError for app_id, object_id, unique_name or display_name that no object can have."""
    for option in ("app_id", "object_id"):
        value = params.get(option)
        if value and not GUID.fullmatch(value):
            raise InputError(
                f"{option} is {value!r}, which is not a GUID",
                remedy="Use the id from the object's overview page, not its name.",
            )
    key = params.get("unique_name")
    if key is not None and not re.fullmatch(
        r"[^\s'\"\x00-\x1f\x7f](?:[^'\"\x00-\x1f\x7f]{0,254}[^\s'\"\x00-\x1f\x7f])?", key
    ):
        raise InputError(
            f"unique_name is {key[:40]!r}, with {len(key)} characters",
            remedy="Use 1 to 256 characters, without quotation marks and without white space around them.",
        )
    name = params.get("display_name")
    if name is None:
        return
    if not name.strip():
        raise InputError("display_name is empty", remedy="Set a name that users recognise, or leave it out.")
    if len(name) > LONGEST_NAME:
        raise InputError(f"display_name has {len(name)} characters", remedy=f"Use {LONGEST_NAME} at most.")
    if found := UNSEEN.search(name):
        raise InputError(
            f"display_name holds a character that is not seen (U+{ord(found[0]):04X})",
            remedy="Remove it: it shows a name that is not the true one.",
        )
