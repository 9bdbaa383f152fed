# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What can go wrong, as one tree, and what an operator can do about it.

EntraError
|-- LibraryError     a Python library is missing, or not of a version that is needed; no request was sent
|-- InputError       an option is wrong; no request was sent
|-- SignInError      no token could be had
|-- WrongTenant      the token belongs to another tenant than tenant_id
|-- NotFound         a named object does not exist
|-- NotUnique        a name fits more than one object
|-- StoreError       a secret could not be stored or read
|-- Busy             another task is writing to the tenant
|-- Unreachable      no usable answer within the task's time
`-- GraphError       Microsoft Graph refused a request
"""

from __future__ import annotations

import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils._remedies import remedy_for


class EntraError(Exception):
    """A failure told in four parts: what is wrong, what was expected, what to do, and Microsoft's own marks."""

    def __init__(self, what: str, *, remedy: str = "", **marks: t.Any) -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy
        self.marks: dict[str, t.Any] = {name: value for name, value in marks.items() if value}
        self.changed = False
        self.retry_after = ""
        """The Retry-After header of the answer, as it came."""
        self.applied_perhaps = False
        """Whether the request may have been carried out although its answer was lost."""

    def sentence(self) -> str:
        """One paragraph for the operator: cause, remedy, Microsoft's marks, and whether anything was changed."""
        told = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in self.marks.items())
        wrote = "Nothing was changed by this task."
        if self.changed:
            verb = "may have been" if self.applied_perhaps else "was"
            wrote = f"The tenant {verb} changed before this failure; run again to complete it."
        parts = [self.what.rstrip(".") + ".", self.remedy, wrote, f"({told})" if told else ""]
        return " ".join(part for part in parts if part)


class LibraryError(EntraError):
    pass


class InputError(EntraError):
    pass


class SignInError(EntraError):
    pass


class WrongTenant(EntraError):
    pass


class NotFound(EntraError):
    pass


class NotUnique(EntraError):
    pass


class StoreError(EntraError):
    pass


class Busy(EntraError):
    pass


class Unreachable(EntraError):
    pass


class GraphError(EntraError):
    """A refusal by Microsoft Graph. marks: code, status, request_id, date."""

    def __init__(self, what: str, *, status: int, code: str, message: str, **marks: t.Any) -> None:
        super().__init__(what, remedy=remedy_for(code, message), code=code, status=status, **marks)
        self.status = status
        self.code = code
        self.message = message

    def says(self, *texts: str) -> bool:
        """Whether the code or the message holds one of the texts; several outcomes share the code Request_BadRequest."""
        return any(text == self.code or text in self.message for text in texts)
