# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What was read proves, and how it is shown."""

from __future__ import annotations

import copy
import typing as t

import pytest

from ansible_collections.tenantops.entra.plugins.filter.aligned_table import aligned_table
from ansible_collections.tenantops.entra.plugins.filter.listed_proofs import listed_proofs
from ansible_collections.tenantops.entra.plugins.filter.product_proofs import product_proofs

ISSUER = "https://login.example/11112222-bbbb-3333-cccc-4444dddd5555/v2.0"
CALL = "/v1.0/groups/delta?$select=displayName"
PRODUCT = {
    "platforms": {"web": ["https://a.example/back"]},
    "permissions": [{"application": ["Directory.Read.All"]}],
    "consent": {"admin": True},
    "app_proxy": {"internal_url": "http://a/"},
    "secrets": [{"name": "key", "renew_before_days": 20}],
    "checks": {"calls": [CALL]},
    "support": {"account": {"user_principal_name": "support@a.example"}},
}
SAME = {"before": {"groups": ["A"]}, "after": {"groups": ["A"]}}
OTHER = {"before": {"groups": []}, "after": {"groups": ["A"]}}
SIGNED_IN = {
    "signed_in": True,
    "refusal": None,
    "stored_at": "kept.yml",
    "end": "2027-05-20T10:00:00Z",
    "days_left": 90,
    "roles": ["Directory.Read.All"],
    "calls": [{"path": CALL, "status": 200, "code": None}],
}
REFUSED = {
    **SIGNED_IN,
    "signed_in": False,
    "refusal": {"says": "AADSTS7000222: it has expired", "remedy": "Make a new one."},
    "roles": [],
    "calls": [],
}
READ: dict[str, t.Any] = {
    "is": {
        "application": {"web_redirect_uris": ["https://a.example/back"], "spa_redirect_uris": []}
        | {"public_client_redirect_uris": []},
        "secrets": [],
    },
    "tenant": {"issuer": ISSUER, "discovery_url": f"{ISSUER}/.well-known/openid-configuration"},
    "differing": [],
    "consents": [{"consented": True, "resource": "Microsoft Graph", "admin_consent_url": "https://link", "diff": SAME}],
    "assignments": [{"assignments": [], "diff": SAME}],
    "account": {"directory_roles": []},
    "connector_group": {"name": "Servers", "active_connectors": 1},
    "sign_ins": [SIGNED_IN],
}
CALL_REFUSED = {**SIGNED_IN, "calls": [{"path": CALL, "status": 403, "code": "Authorization_RequestDenied"}]}


def prove(
    change: dict[str, t.Any] | None = None, product: dict[str, t.Any] | None = None
) -> dict[str, dict[str, t.Any]]:
    found = product_proofs({**PRODUCT, **(product or {})}, {**copy.deepcopy(READ), **(change or {})})
    assert len({row["proof"] for row in found}) == len(found)
    return {row["proof"]: row for row in found}


def test_all_is_well() -> None:
    proofs = prove()
    assert {row["result"] for row in proofs.values()} == {"ok"}
    assert [name for name, row in proofs.items() if "days_left" in row] == ["Secret (key)"]
    assert proofs["Secret (key)"]["detail"] == "Ends 2027-05-20"
    assert proofs["Issuer"]["detail"] == ISSUER


@pytest.mark.parametrize(
    ("change", "proof", "detail", "remedy"),
    [
        ({"differing": ["Tags", "Tags"]}, "Settings", "Otherwise than asked for: Tags", "Run onboarding"),
        (
            {"tenant": {**READ["tenant"], "issuer": f"{ISSUER}/"}},
            "Issuer",
            f"names the issuer {ISSUER}/",
            "would refuse",
        ),
        (
            {"is": {"application": dict.fromkeys(READ["is"]["application"]), "secrets": []}},
            "Redirect URIs",
            "Not registered: https://a.example/back",
            "Run onboarding",
        ),
        ({"consents": [{**READ["consents"][0], "diff": OTHER}]}, "Consent", "Not given", "open https://link"),
        ({"consents": [{**READ["consents"][0], "consented": False}]}, "Consent", "Not given", "open https://link"),
        ({"consents": [{"msg": "403 at 10:00"}]}, "Consent", "It could not be read", "403 at 10:00"),
        ({"assignments": [{"assignments": [], "diff": OTHER}]}, "Assignments", "groups from [] to ['A']", "Run"),
        (
            {"account": {"directory_roles": ["User Administrator"]}},
            "Support account",
            "User Administrator",
            "Take these",
        ),
        ({"account": {"msg": "There is no user"}}, "Support account", "could not be read", "There is no user"),
        ({"connector_group": {"name": "Servers", "active_connectors": 0}}, "Connector", "None of the group", "Start"),
        ({"sign_ins": [REFUSED]}, "Sign-in (key)", "Refused: AADSTS7000222", "Make a new one."),
        ({"sign_ins": [{"msg": "No vault password"}]}, "Sign-in (key)", "could not be tried", "No vault password"),
        ({"sign_ins": [{**REFUSED, "signed_in": None}]}, "Sign-in (key)", "kept.yml keeps no value", "Run onboarding"),
        ({"sign_ins": [{**SIGNED_IN, "days_left": 20}]}, "Secret (key)", "renewed 20 days before", "Run onboarding"),
        ({"sign_ins": [{**SIGNED_IN, "roles": []}]}, "Roles in the token", "Missing: Directory.Read.All", "consent"),
        ({"sign_ins": [CALL_REFUSED]}, "Calls of the product", "403 Authorization_RequestDenied", "consent"),
    ],
)
def test_what_fails_is_told_with_its_remedy(change: dict[str, t.Any], proof: str, detail: str, remedy: str) -> None:
    proofs = prove(change)
    assert [name for name, row in proofs.items() if row["result"] == "failed"] == [proof]
    assert detail in proofs[proof]["detail"]
    assert remedy in proofs[proof]["remedy"]


def test_what_is_not_asked_for_is_no_failure() -> None:
    proofs = prove(
        {"connector_group": {"name": "Servers"}, "connector_required": False, "assignments": [{"skipped": True}]},
        {"consent": {}},
    )
    assert [proofs[name]["result"] for name in ("Consent", "Connector")] == ["skipped", "skipped"]
    assert "Assignments" not in proofs
    assert prove({"account": {"directory_roles": None}})["Support account"]["result"] == "unknown"
    assert "Support account" not in prove(product={"support": {}})
    waiting = prove(product={"platforms": {"web": []}, "waits_for": ["the return URLs"]})["Redirect URIs"]
    assert (waiting["result"], waiting["detail"]) == ("unknown", "Waiting for the return URLs")


def test_a_secret_that_a_rehearsal_would_make_is_not_known_yet() -> None:
    planned = {**READ["is"], "secrets": [{"name": "key:0123", "key_id": None}]}
    proofs = prove({"is": planned, "sign_ins": [{**REFUSED, "signed_in": None}]})
    assert proofs["Sign-in (key)"]["result"] == "unknown"
    assert "failed" not in {row["result"] for row in proofs.values()}


def test_tenants_are_shown_in_one_table() -> None:
    proofs = [*prove({"sign_ins": [REFUSED]}).values()]
    rows = listed_proofs({"one": {"a": {"product": "A", "proofs": proofs}}, "two": {}})
    lines = aligned_table(rows, ["tenant", "product", "proof", "result", "detail"], grouped=2)
    assert len(lines) == len(proofs) + 2
    assert lines[2].split() == ["one", "A", "Settings", "ok", "All", "as", "the", "product", "asks", "for"]
    assert lines[3].startswith(" " * len("tenant  product  ") + "Issuer")
    assert any(line.endswith("Ends 2027-05-20 (90 days left)") for line in lines)
    told = [row["told"] for row in rows if "told" in row]
    assert told == ["A: Sign-in (key): Refused: AADSTS7000222: it has expired. Make a new one."]
