# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Credentials as they are told: without values, with the days that are left."""

from __future__ import annotations

import datetime

import pytest

from ansible_collections.tenantops.entra.plugins.module_utils._app_credentials import describe_credential

FORMATS = ["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S.1234567Z"]


@pytest.mark.parametrize("written", FORMATS)
@pytest.mark.parametrize(("hours", "days"), [(49, 2), (1, 0), (-1, -1), (-49, -3)])
def test_days_left(written: str, hours: int, days: int) -> None:
    end = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=hours)).strftime(written)
    told = describe_credential({"keyId": "k", "displayName": "n", "endDateTime": end, "secretText": "s", "hint": "h"})
    assert told == {"key_id": "k", "name": "n", "start": None, "end": end, "days_left": days}


def test_without_an_end() -> None:
    assert describe_credential({"keyId": "k"})["days_left"] is None
