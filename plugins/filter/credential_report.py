# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""When the credentials of several tenants end, as one report."""

from __future__ import annotations

import csv
import datetime
import io
import itertools
import typing as t

DOCUMENTATION = r"""
name: credential_report
short_description: When the credentials of several tenants end
version_added: 0.2.0
description:
  - Takes for each tenant what M(tenantops.entra.entra_app_credential_info) read, or why it could not be read, and gives each credential a state.
  - V(ok) ends later than O(due_days), V(due) within them, V(urgent) within O(urgent_days), V(expired) has ended.
  - V(replaced) has a successor of the same application, kind and name, which has begun and is ok. Of names such as C(product:1f2e) the part
    before the last colon counts, by which M(tenantops.entra.entra_app_secret) tells its secrets apart.
  - V(unreadable) is a tenant that could not be read.
positional: _input, due_days, urgent_days, fail_days
options:
  _input:
    description: By tenant C(customer) and either C(credentials) or C(failure).
    type: dict
    required: true
  due_days:
    description: Days.
    type: int
    default: 30
  urgent_days:
    description: Days.
    type: int
    default: 7
  fail_days:
    description: What is in use, has no successor and ends within these days is an alarm. V(-1) is what has ended only.
    type: int
    default: 7
  today:
    description: The day of the report, as YYYY-MM-DD. Today in UTC if it is not set.
    type: str
author:
  - tenantops.entra contributors (@tenantops)
"""

EXAMPLES = r"""
- name: Fail where something ends within a week
  vars:
    found: {customer: Example, credentials: '{{ info.credentials }}'}
    report: "{{ {inventory_hostname: found} | tenantops.entra.credential_report }}"
  ansible.builtin.assert:
    that: report.rows | selectattr('alarm') | length == 0
"""

RETURN = r"""
_value:
  description:
    - C(date), and C(rows) with what is worst first.
    - Each row has C(tenant), C(customer), C(application), C(kind), C(name), C(ends), C(days_left), C(state), C(alarm), the ids
      C(app_id) and C(key_id), and C(place), which is how far along the next twelve months it ends, from 0 to 100.
    - C(counts) by state, C(months) with C(label) and C(place), and C(csv), the rows as text.
  type: dict
"""

Row = t.Mapping[str, t.Any]
STATES = ("unreadable", "expired", "urgent", "due", "ok", "replaced")
KINDS = {
    "secret": "client secret",
    "certificate": "certificate",
    "saml_certificate": "SAML certificate",
    "app_proxy_certificate": "App Proxy certificate",
}
COLUMNS = (
    "tenant", "customer", "application", "kind", "name", "ends", "days_left", "state", "alarm", "managed", "app_id", "key_id"
)  # fmt: skip
YEAR = 365  # days that the time line shows


def credential_report(
    tenants: t.Mapping[str, Row], due_days: int = 30, urgent_days: int = 7, fail_days: int = 7, today: str = ""
) -> dict[str, t.Any]:
    date = datetime.date.fromisoformat(today) if today else datetime.datetime.now(datetime.UTC).date()
    rows = [
        row
        for tenant, told in tenants.items()
        for row in _describe_tenant(str(tenant), told, int(due_days), int(urgent_days), int(fail_days))
    ]
    rows.sort(key=lambda row: (STATES.index(row["state"]), _late(row["days_left"]), row["tenant"]))
    return {
        "date": date.isoformat(),
        "rows": rows,
        "counts": {state: sum(row["state"] == state for row in rows) for state in STATES},
        "months": list(_months(date)),
        "csv": _write_csv(rows),
    }


def _describe_tenant(tenant: str, told: Row, due: int, urgent: int, fail: int) -> t.Iterator[dict[str, t.Any]]:
    who = {"tenant": tenant, "customer": str(told.get("customer") or tenant)}
    if told.get("failure") is not None:
        yield {
            **dict.fromkeys(COLUMNS),
            **who,
            "name": told["failure"],
            "state": "unreadable",
            "alarm": True,
            "place": None,
        }
        return
    series: dict[tuple[str, ...], list[Row]] = {}
    for one in told["credentials"]:
        series.setdefault(_series_of(one), []).append(one)
    for one in told["credentials"]:
        left = one["days_left"]
        state = _state_of(left, due, urgent)
        if state != "ok" and any(_succeeds(other, one, due) for other in series[_series_of(one)]):
            state = "replaced"
        yield {
            **who,
            **{name: one[name] for name in ("application", "name", "days_left", "managed", "app_id", "key_id")},
            "kind": KINDS[one["kind"]],
            "ends": str(one["end"])[:10] if one["end"] else None,
            "state": state,
            "alarm": bool(one["active"] and left is not None and left <= fail and state != "replaced"),
            "place": round(100 * left / YEAR, 2) if left is not None and 0 <= left <= YEAR else None,
        }


def _series_of(one: Row) -> tuple[str, ...]:
    """What a credential and its successor share. One without a name is alone."""
    name = str(one["name"] or one["key_id"])
    return (str(one["app_id"]), str(one["kind"]), name.rpartition(":")[0] or name)


def _succeeds(other: Row, one: Row, due: int) -> bool:
    begun = not other["start"] or datetime.datetime.fromisoformat(other["start"]) <= datetime.datetime.now(datetime.UTC)
    return bool(other is not one and other["active"] and begun and _late(other["days_left"]) > due)


def _state_of(left: int | None, due: int, urgent: int) -> str:
    if left is None or left > due:
        return "ok"
    if left < 0:
        return "expired"
    return "urgent" if left <= urgent else "due"


def _late(left: int | None) -> float:
    return float("inf") if left is None else left


def _months(today: datetime.date) -> t.Iterator[dict[str, t.Any]]:
    """The first days of the next twelve months, and how far along the time line each is."""
    for number in itertools.islice(itertools.count(today.year * 12 + today.month), 12):
        first = datetime.date(number // 12, number % 12 + 1, 1)
        yield {"label": first.strftime("%b"), "year": first.year, "place": round(100 * (first - today).days / YEAR, 2)}


def _write_csv(rows: t.Iterable[Row]) -> str:
    """Every field is quoted, and none begins with what a spreadsheet takes for a formula."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([_tame(row[name]) for name in COLUMNS] for row in rows)
    return text.getvalue()


def _tame(value: t.Any) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


class FilterModule:
    """What ansible-core looks for."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"credential_report": credential_report}
