# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Quotas of the directory: buckets that fill with each request and run out with the virtual clock.

Sources: https://learn.microsoft.com/graph/throttling-limits#identity-and-access-service-limits for the quotas, costs and
headers; https://learn.microsoft.com/graph/throttling: a request that is refused counts too. The header
x-ms-throttle-priority is not emulated.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sandbox.graph.calls import Call
from sandbox.graph.errors import GraphError
from sandbox.graph.unit_costs import is_charged_as_write, units_of

#: Users below which a tenant is of that size, and its resource units in ten seconds.
SIZES = ((50, 3_500), (501, 5_000), (math.inf, 8_000))
PERSONAL = ("AzureADandPersonalMicrosoftAccount", "PersonalMicrosoftAccount")
SHOWN_FROM, FULLEST, EPSILON = 0.8, 1.8, 1e-9


@dataclass(frozen=True)
class Quota:
    """An amount in so many seconds. `scope` and `limit` are the first words of the header x-ms-throttle-scope."""

    scope: str
    limit: str
    amount: float
    seconds: float
    name: str = ""


@dataclass
class Bucket:
    """How much of a quota was used up, as of a time."""

    used: float
    at: datetime

    def run_out(self, now: datetime, quota: Quota) -> None:
        """Let what was used run out at the quota's rate."""
        self.used = max(0.0, self.used - (now - self.at).total_seconds() * quota.amount / quota.seconds)
        self.at = now


UNITS_APPLICATION = Quota("Application", "ReadWrite", 150_000, 20)
WRITES = (
    Quota("Tenant_Application", "Write", 3_000, 150),
    Quota("Application", "Write", 35_000, 300),
    Quota("Tenant", "Write", 18_000, 300),
)
#: Writes of applications that personal accounts may sign in to. Its scope's name is the sandbox's own choice.
PERSONAL_WRITES = Quota("Tenant_Application", "Write", 60, 60, "personal accounts")


def charge(call: Call, path: str) -> dict[str, str]:
    """Count a request against its quotas and return the headers of its answer; raises 429 where one is used up."""
    units = units_of(call.method, path, call.options)
    headers = {"x-ms-resource-unit": str(units)}
    if not call.world.settings.throttling:
        return headers
    fullest, refusal = 0.0, None
    for quota, cost in _quotas(call, path, units):
        share, wait = _fill(call, quota, cost)
        fullest = max(fullest, share)
        if wait and refusal is None:
            refusal = (quota, wait)
    if fullest > SHOWN_FROM:
        headers["x-ms-throttle-limit-percentage"] = f"{fullest:.2f}"
    if refusal:
        raise _too_many(call, *refusal, headers)
    return headers


def _quotas(call: Call, path: str, units: int) -> Iterator[tuple[Quota, int]]:
    """The quotas that a request counts against, and how much."""
    users = len(call.tenant.records.get("user", {}))
    amount = [amount for below, amount in SIZES if users < below][0]  # noqa: RUF015 (pylint takes next() for a leak)
    yield Quota("Tenant_Application", "ReadWrite", amount, 10), units
    yield UNITS_APPLICATION, units
    if is_charged_as_write(call.method, path):
        yield from ((quota, 1) for quota in WRITES)
        if path.partition("/")[0] == "applications" and _is_personal(call):
            yield PERSONAL_WRITES, 1


def _is_personal(call: Call) -> bool:
    """Whether the application that is written is, or is to be, open to personal accounts."""
    audience = call.body.get("signInAudience") if isinstance(call.body, dict) else None
    if call.keys:
        key = call.keys[0]
        found = call.present.find("application", **(key if isinstance(key, dict) else {"id": key}))
        audience = (found or {}).get("signInAudience") or audience
    return audience in PERSONAL


def _fill(call: Call, quota: Quota, cost: int) -> tuple[float, int]:
    """Add the cost to the bucket; returns its share used, and the seconds to wait where it was too full (0: it fits)."""
    tenant = "" if quota.scope == "Application" else call.tenant.id
    client = "" if quota.scope == "Tenant" else call.caller.client_id
    amount = max(cost, quota.amount * call.world.settings.throttle_scale)
    bucket = call.world.buckets.setdefault((tenant, client, quota.limit, quota.name), Bucket(0.0, call.now))
    scaled = Quota(quota.scope, quota.limit, amount, quota.seconds)
    bucket.run_out(call.now, scaled)
    wanted = bucket.used + cost
    bucket.used = min(wanted, FULLEST * amount)
    wait = math.ceil((bucket.used + cost - amount) * quota.seconds / amount) if wanted > amount + EPSILON else 0
    return bucket.used / amount, wait


def _too_many(call: Call, quota: Quota, wait: int, headers: dict[str, str]) -> GraphError:
    """429. Text: observed by https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/1975"""
    reason = "WriteLimitExceeded" if quota.limit == "Write" else "ResourceUnitLimitExceeded"
    throttled = {
        "Retry-After": str(max(1, wait)),
        "x-ms-throttle-scope": f"{quota.scope}/{quota.limit}/{call.caller.client_id}/{call.tenant.id}",
        "x-ms-throttle-information": reason,
    }
    return GraphError(429, "TooManyRequests", "Too many requests.", {**headers, **throttled})
