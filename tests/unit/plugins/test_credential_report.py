# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every credential has the state that its days left give it, and an alarm only where somebody has to act."""

from __future__ import annotations

import csv
import datetime
import io
import typing as t

import pytest

from ansible_collections.tenantops.entra.plugins.filter.credential_report import credential_report

TODAY = "2026-11-21"


def credential(days: int | None, **more: t.Any) -> dict[str, t.Any]:
    day = datetime.date.fromisoformat(TODAY)
    end = None if days is None else f"{day + datetime.timedelta(days=days)}T12:00:00Z"
    about = {"application": "Map", "app_id": "a", "unique_name": "map", "managed": True, "kind": "secret"}
    return {
        **about,
        "key_id": f"key {days}",
        "name": f"named {days}",
        "active": True,
        "start": "2020-01-01T00:00:00Z",
        "end": end,
        "days_left": days,
        **more,
    }


def report(*credentials: dict[str, t.Any], **limits: t.Any) -> dict[str, t.Any]:
    told = {"host": {"customer": "Customer", "credentials": list(credentials)}}
    return credential_report(told, **{"today": TODAY, **limits})


@pytest.mark.parametrize(
    ("days", "state", "alarm", "place"),
    [
        (366, "ok", False, None),
        (365, "ok", False, 100.0),
        (31, "ok", False, 8.49),
        (30, "due", False, 8.22),
        (8, "due", False, 2.19),
        (7, "urgent", True, 1.92),
        (1, "urgent", True, 0.27),
        (0, "urgent", True, 0.0),
        (-1, "expired", True, None),
        (None, "ok", False, None),
    ],
)
def test_state(days: int | None, state: str, alarm: bool, place: float | None) -> None:
    (row,) = report(credential(days))["rows"]
    assert (row["state"], row["alarm"], row["place"]) == (state, alarm, place)


@pytest.mark.parametrize(("days", "fails"), [(0, False), (-1, True)])
def test_an_alarm_for_what_has_ended_only(days: int, fails: bool) -> None:
    assert report(credential(days), fail_days=-1)["rows"][0]["alarm"] is fails


@pytest.mark.parametrize(
    ("other", "state"),
    [
        ({"name": "map:2"}, "replaced"),
        ({"name": "map"}, "replaced"),
        ({"name": "other:2"}, "expired"),
        ({"name": "map:2", "kind": "certificate"}, "expired"),
        ({"name": "map:2", "app_id": "b"}, "expired"),
        ({"name": "map:2", "active": False}, "expired"),
        ({"name": "map:2", "days_left": 20}, "expired"),
        ({"name": "map:2", "start": "2999-01-01T00:00:00Z"}, "expired"),
    ],
)
def test_a_successor(other: dict[str, t.Any], state: str) -> None:
    rows = report(credential(-1, name="map:1"), credential(90, **other))["rows"]
    (former,) = (row for row in rows if row["days_left"] == -1)
    assert (former["state"], former["alarm"]) == (state, state == "expired")


def test_what_lies_ready_is_no_alarm() -> None:
    (row,) = report(credential(-5, active=False))["rows"]
    assert (row["state"], row["alarm"]) == ("expired", False)


def test_order_and_counts() -> None:
    told = {
        "b": {"failure": "No token"},
        "a": {"customer": "A", "credentials": [credential(d) for d in (90, -1, 20, 3)]},
    }
    made = credential_report(told, today=TODAY)
    assert [row["state"] for row in made["rows"]] == ["unreadable", "expired", "urgent", "due", "ok"]
    assert made["counts"] == {"unreadable": 1, "expired": 1, "urgent": 1, "due": 1, "ok": 1, "replaced": 0}
    assert (made["rows"][0]["customer"], made["rows"][0]["name"], made["rows"][0]["alarm"]) == ("b", "No token", True)


def test_months() -> None:
    months = report()["months"]
    assert [month["label"] for month in months[:3]] == ["Dec", "Jan", "Feb"]
    assert (len(months), months[0]["place"], months[1]["year"], months[-1]["place"]) == (12, 2.74, 2027, 94.52)


def test_csv_is_safe_for_spreadsheets() -> None:
    text = report(credential(3, application='=cmd|"/c calc"!A1', name="-1,5"))["csv"]
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["application"], row["name"], row["days_left"]) == ('\'=cmd|"/c calc"!A1', "'-1,5", "3")
