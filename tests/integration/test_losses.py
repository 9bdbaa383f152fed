# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What tasks take away: no more than max_deletes, never the last of its kind unasked, and nothing of somebody else's."""

from __future__ import annotations

import pathlib
import typing as t

import pytest
from integration.test_contract import Teller

from ansible_collections.tenantops.entra.plugins.module_utils._errors import InputError
from ansible_collections.tenantops.entra.plugins.module_utils._losses import COUNTED, list_losses, refuse_losses
from ansible_collections.tenantops.entra.plugins.module_utils._memory import Memory
from ansible_collections.tenantops.entra.plugins.module_utils._plan import Local, Plan
from sandbox import Running

APP = {"unique_name": "losses"}
PATH = "/v1.0/applications(uniqueName='losses')"
GRAPH_APP_ID = "00000003-0000-0000-c000-000000000000"  # Microsoft Graph, of Microsoft's own tenant
TRUST = {"issuer": "https://issuer.example", "audiences": ["api://AzureADTokenExchange"]}


@pytest.fixture
def teller(sandbox: Running, tmp_path: pathlib.Path) -> Teller:
    made = Teller(sandbox, tmp_path)
    made.run("entra_app_registration", {**APP, "display_name": "Losses"})
    return made


def post(teller: Teller, path: str, body: t.Any) -> dict[str, t.Any]:
    """What an administrator makes by hand."""
    return t.cast("dict[str, t.Any]", teller.reader.post(path, json=body).raise_for_status().json())


def writes(teller: Teller, since: int) -> list[str]:
    return [f"{one['method']} {one['path']}" for one in teller.requests(since) if one["write"]]


def refused(teller: Teller, name: str, args: dict[str, t.Any], says: str) -> None:
    """The task fails with these words and writes nothing, in check mode as well."""
    since = teller.mark()
    for check in (True, False):
        result = teller.run(name, args, check=check)
        assert result.get("failed"), result
        assert says in result["msg"]
        assert "Nothing was changed by this task." in result["msg"]
    assert writes(teller, since) == []


def test_no_more_goes_than_max_deletes(teller: Teller, monkeypatch: pytest.MonkeyPatch) -> None:
    many = [f"https://maps.example/{number}" for number in range(12)]
    teller.run("entra_redirect_uri", {**APP, "web": many})
    one = {**APP, "web": many[:1], "exact": True}
    refused(
        teller,
        "entra_redirect_uri",
        one,
        "and 6 more, and max_deletes is 10. Correct what is given, or set max_deletes to 11",
    )
    refused(teller, "entra_redirect_uri", {**one, "max_deletes": 0}, "max_deletes is 0")
    refused(teller, "entra_redirect_uri", {**APP, "web": many[1:], "state": "absent"}, "max_deletes is 10")
    monkeypatch.setenv("ENTRA_MAX_DELETES", "0")
    refused(teller, "entra_redirect_uri", {**APP, "web": many[:1], "state": "absent"}, "max_deletes is 0")
    assert teller.run("entra_redirect_uri", {**APP, "web": ["https://maps.example/more"]})["changed"]
    assert teller.run("entra_redirect_uri", {**one, "max_deletes": 12})["web"] == many[:1]


def test_no_more_goes_in_a_run_than_max_run_deletes(teller: Teller) -> None:
    """Whatever the task, and in a rehearsal as in the run that follows."""
    web = [f"https://maps.example/{number}" for number in range(6)]
    teller.run("entra_redirect_uri", {**APP, "web": web})
    teller.run("entra_api_permission", {**APP, "delegated": ["openid", "email", "profile"]})
    limit: dict[str, t.Any] = {**APP, "max_run_deletes": 3, "exact": True}
    for check in (True, False):
        memory = Memory(1 << 20)
        assert teller.run("entra_redirect_uri", {**limit, "web": web[:4]}, check=check, memory=memory)["changed"]
        told = teller.run("entra_api_permission", {**limit, "delegated": ["openid"]}, check=check, memory=memory)
        assert "which makes 4 removals of this run, and max_run_deletes is 3" in told["msg"]
        assert "Nothing was changed by this task." in told["msg"]
        assert teller.run("entra_redirect_uri", {**limit, "web": web[:3]}, check=check, memory=memory)["changed"]
        assert teller.run("entra_redirect_uri", {**limit, "web": web[:2]}, check=check, memory=memory).get("failed")
    assert teller.run("entra_redirect_uri", {**limit, "web": web[:1]})["changed"]


def test_what_a_single_task_foresees_in_check_mode_is_not_counted() -> None:
    run, plan = Memory(1 << 10), Plan({"web": ["a", "b"]}, {"web": []}, (Local("take away", lambda _objects: None),))
    limit = {"max_deletes": 10, "max_run_deletes": 3}
    for _time in range(2):
        refuse_losses(limit, plan, run, counts=False)
    refuse_losses(limit, plan, run, counts=True)
    for _time in range(2):
        with pytest.raises(InputError, match="makes 4 removals"):
            refuse_losses(limit, plan, run, counts=True)
    assert sum(run.recall(COUNTED)) == 2


def test_permissions_members_and_assignments_count(teller: Teller) -> None:
    asked = {**APP, "delegated": ["openid", "email", "profile"]}
    teller.run("entra_api_permission", asked)
    fewer = {**APP, "delegated": ["openid"], "exact": True, "max_deletes": 1}
    refused(teller, "entra_api_permission", fewer, "delegated email, delegated profile, and max_deletes is 1")
    users = ["kai.jensen@<domain>", "rosa.marino@<domain>"]
    users = [user.replace("<domain>", teller.words["<domain>"]) for user in users]
    teller.run("entra_app_assignment", {**APP, "users": users})
    refused(teller, "entra_app_assignment", {**APP, "users": [], "exact": True, "max_deletes": 1}, "max_deletes is 1")
    group = {"unique_name": "losses-group", "display_name": "Losses", "members": users}
    teller.run("entra_group", group)
    refused(teller, "entra_group", {**group, "members": [], "exact": True, "max_deletes": 1}, "max_deletes is 1")
    refused(teller, "entra_group", {"unique_name": "losses-group", "state": "absent", "max_deletes": 0}, "the object")


def test_the_last_redirect_uri_stays_unless_it_is_meant(teller: Teller) -> None:
    teller.run("entra_redirect_uri", {**APP, "web": ["https://maps.example/"], "spa": ["https://map.example/"]})
    assert teller.run("entra_redirect_uri", {**APP, "web": [], "exact": True})["web"] == []
    last = {**APP, "spa": ["https://map.example/"], "state": "absent"}
    refused(teller, "entra_redirect_uri", last, "its last redirect URI")
    refused(teller, "entra_redirect_uri", {**APP, "spa": [], "exact": True}, "its last redirect URI")
    assert teller.run("entra_redirect_uri", {**last, "allow_last": True})["spa"] == []


def test_the_last_owner_stays_unless_it_is_meant(teller: Teller) -> None:
    owner = f"kai.jensen@{teller.words['<domain>']}"
    teller.run("entra_app_registration", {**APP, "owners": [owner]})
    none: dict[str, t.Any] = {**APP, "owners": [], "exact": True}
    refused(teller, "entra_app_registration", none, "its last owner")
    assert teller.run("entra_app_registration", {**none, "allow_last": True})["changed"]
    nobodys = {"unique_name": "nobodys", "display_name": "Nobody's", "owners": [], "exact": True}
    refused(teller, "entra_app_registration", nobodys, "its last owner")
    seen = teller.mark()
    assert teller.run("entra_app_registration", {**nobodys, "allow_last": True})["changed"]
    assert not [entry for entry in teller.requests(seen) if entry["method"] == "DELETE"], "its creator is no owner here"
    assert not teller.run("entra_app_registration", {**nobodys, "allow_last": True})["changed"]


def test_owners_of_a_deleted_application_are_not_guessed(teller: Teller) -> None:
    owned = {**APP, "display_name": "Kept", "owners": [f"kai.jensen@{teller.words['<domain>']}"]}
    teller.run("entra_app_registration", owned)
    assert teller.run("entra_app_registration", {**APP, "state": "absent", "confirm": APP["unique_name"]})["changed"]
    refused(teller, "entra_app_registration", {**owned, "exact": True}, "nobody can read which owners")
    assert teller.run("entra_app_registration", owned)["changed"]
    assert not teller.run("entra_app_registration", {**owned, "exact": True})["changed"]


def test_an_audience_that_the_redirect_uris_do_not_allow_is_told_before_any_write(teller: Teller) -> None:
    teller.run("entra_redirect_uri", {**APP, "web": ["https://maps.example/?site=1"]})
    personal = {"sign_in_audience": "AzureADandPersonalMicrosoftAccount", "requested_access_token_version": 2}
    refused(teller, "entra_app_registration", {**APP, **personal}, "holds a query")


def test_the_last_credential_stays_unless_it_is_meant(teller: Teller, tmp_path: pathlib.Path) -> None:
    secret = {**APP, "name": "iis", "store": {"path": str(tmp_path / "secret.yml")}, "proof_seconds": 0}
    certificate = {**secret, "store": {"path": str(tmp_path / "certificate.yml")}}
    trust = {**APP, "name": "pipeline", "issuer": "https://issuer.example", "subject": "job"}
    teller.run("entra_app_federated_credential", trust)
    gone = {**APP, "name": "pipeline", "state": "absent"}
    refused(teller, "entra_app_federated_credential", gone, "its last credential")
    assert teller.run("entra_app_secret", secret)["changed"]
    assert teller.run("entra_app_secret", {**secret, "state": "absent"})["changed"]
    assert teller.run("entra_app_secret", secret)["changed"]
    assert teller.run("entra_app_federated_credential", gone)["changed"]
    refused(teller, "entra_app_secret", {**secret, "state": "absent"}, "its last credential")
    assert teller.run("entra_app_certificate", certificate)["changed"]
    assert teller.run("entra_app_secret", {**secret, "state": "absent"})["changed"]
    refused(teller, "entra_app_certificate", {**certificate, "state": "absent"}, "its last credential")
    assert teller.run("entra_app_certificate", {**certificate, "state": "absent", "allow_last": True})["changed"]


def test_what_nobody_has_the_value_of_is_no_credential_that_remains(teller: Teller, tmp_path: pathlib.Path) -> None:
    secret = {**APP, "name": "iis", "store": {"path": str(tmp_path / "secret.yml")}, "proof_seconds": 0}
    assert teller.run("entra_app_secret", secret)["changed"]
    fault = {"method": "POST", "path_regex": "addPassword", "point": "after", "status": 503, "times": 1}
    teller.sandbox.control("POST", "/faults", {"rules": [fault]})
    assert teller.run("entra_app_secret", {**secret, "force": True}).get("failed")
    assert len(teller.get(PATH)["passwordCredentials"]) == 2
    refused(teller, "entra_app_secret", {**secret, "state": "absent"}, "its last credential")
    assert teller.run("entra_app_secret", {**secret, "state": "absent", "allow_last": True})["changed"]
    assert teller.get(PATH)["passwordCredentials"] == []


def test_credentials_of_others_stay_whatever_is_done(teller: Teller, tmp_path: pathlib.Path) -> None:
    """Those of the application's own team, that of Application Proxy, and look-alikes of ours."""
    app = teller.get(PATH)["id"]
    for name in ("by hand", "CWAP_AuthSecret", "iis", "iis:0123456789abcdef"):
        post(teller, f"/v1.0/applications/{app}/addPassword", {"passwordCredential": {"displayName": name}})
    for name in ("theirs", "pipeline-2"):
        path = f"/v1.0/applications/{app}/federatedIdentityCredentials"
        post(teller, path, {**TRUST, "name": name, "subject": name})
    federated = f"/v1.0/applications/{app}/federatedIdentityCredentials"
    held, trusted = teller.get(PATH)["passwordCredentials"], teller.get(federated)["value"]
    secret = {**APP, "name": "iis", "store": {"path": str(tmp_path / "secret.yml")}, "proof_seconds": 0}
    certificate = {**secret, "store": {"path": str(tmp_path / "certificate.yml")}}
    trust = {**APP, "name": "pipeline", "issuer": "https://issuer.example", "subject": "job"}
    for more in ({}, {"force": True, "overlap_days": 0}, {"state": "absent"}):
        for name, args in (("entra_app_secret", secret), ("entra_app_certificate", certificate)):
            assert teller.run(name, {**args, **more})["changed"]
            kept = [one["keyId"] for one in teller.get(PATH)["passwordCredentials"]]
            assert {one["keyId"] for one in held} <= {*kept}
    teller.run("entra_app_federated_credential", trust)
    assert teller.run("entra_app_federated_credential", {**APP, "name": "pipeline", "state": "absent"})["changed"]
    assert teller.get(PATH)["passwordCredentials"] == held
    assert teller.get(federated)["value"] == trusted


def test_an_application_goes_only_where_its_name_is_repeated_and_can_come_back(teller: Teller) -> None:
    id_ = teller.get(PATH)["id"]
    absent = {**APP, "state": "absent"}
    for number in range(30):
        wrong = {} if number % 3 == 0 else {"confirm": ("", "Losses ", "losses-2", "LOSSES", id_)[number % 5]}
        refused(teller, "entra_app_registration", {**absent, **wrong}, "confirm")
    assert teller.run("entra_app_registration", {**absent, "confirm": "Losses"})["changed"]
    assert teller.get(f"/v1.0/directory/deletedItems/{id_}")["id"] == id_
    assert teller.run("entra_app_registration", {**APP, "display_name": "Losses"})["object_id"] == id_


def test_microsofts_own_service_principals_stay(teller: Teller) -> None:
    before = teller.get(f"/v1.0/servicePrincipals(appId='{GRAPH_APP_ID}')")
    since = teller.mark()
    gone = teller.run(
        "entra_app_registration", {"app_id": GRAPH_APP_ID, "state": "absent", "confirm": "Microsoft Graph"}
    )
    assert gone["changed"] is False
    assert writes(teller, since) == []
    assert teller.get(f"/v1.0/servicePrincipals(appId='{GRAPH_APP_ID}')") == before


def test_losses_are_what_the_diff_shows() -> None:
    before = {
        "web": ["a", "b"],
        "granted": {"delegated": ["x"]},
        "roles": [{"value": "r", "name": "1"}],
        "state": "present",
    }
    after = {
        "web": ["b", "c"],
        "granted": {"delegated": []},
        "roles": [{"value": "r", "name": "2"}],
        "state": "present",
    }
    assert list_losses(before, after) == ["web a", "granted.delegated x"]
    assert list_losses({"state": "present", "name": "a"}, {"state": "absent"}) == ["the object"]
    assert list_losses({"state": "absent"}, {"state": "present"}) == []
