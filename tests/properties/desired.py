# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Desired states of every module: drawn from its table of options, with a hint for what a type does not tell.

An option without a hint raises KeyError, so that a new one does not go untested.
"""

from __future__ import annotations

import importlib
import pathlib
import typing as t

from hypothesis import strategies as st

from ansible_collections.tenantops.entra.plugins.module_utils import _run

Object = dict[str, t.Any]
Strategy = st.SearchStrategy[t.Any]
MODULES = pathlib.Path(__file__).parents[2] / "plugins/modules"

WORDS = st.sampled_from(["Map", "map", "Größe", "{application.id}", "O'Hara & <b>", "x", "-", "日本"])
LEAST = st.sampled_from([1, 1, 1, 0])  # items of a list that had better not be empty
TEXT = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)
CLEARABLE = st.one_of(st.just(""), TEXT)
WEB = [
    "https://a.example/",
    "https://a.example/signin",
    "https://A.example/",
    "https://b.example/cb?x=1",
    "http://localhost/",
    "https://<name>.example/oauth2/callback",
    "ms-appx-web://microsoft.aad.brokerplugin/a",
]
SPA = ["https://spa.example/", "https://spa.example/auth", "https://spa.example", "http://localhost:3000/"]
NATIVE = ["myapp://auth", "http://localhost", "http://127.0.0.1:8400/", "msal5e://auth"]
DELEGATED = ["User.Read", "openid", "profile", "email", "User.Read.All"]
APPLICATION = ["User.Read.All", "Group.Read.All", "Directory.Read.All"]
CLAIMS = ["email", "upn", "ipaddr", "family_name", "acct", "ctry"]
USERS = ["kai.jensen@<domain>", "rosa.marino@<domain>", "<kai.jensen>", "Pozi.Support@<domain>"]
MEMBERS = [*USERS, "<Pozi Viewers>"]
CONNECTORS = ["gis.<initial>.local", "WEB.<initial>.local"]
URIS = ["api://{app_id}", "api://{app_id}/x", "https://<domain>/<name>", "api://<name>.<domain>"]
SCOPES = ["user_impersonation", "read", "Read", "write.all"]
ROLES = ["Editor", "Viewer", "Robot"]


def some(values: list[str], most: int = 3, least: int = 0) -> Strategy:
    return st.lists(st.sampled_from(values), unique=True, min_size=least, max_size=most)


def mostly_some(values: list[str]) -> Strategy:
    """An empty list only now and then."""
    return LEAST.flatmap(lambda least: some(values, least=least))


def url(*schemes: str) -> Strategy:
    return st.one_of(st.just(""), st.sampled_from([f"{scheme}://home.example/{x}" for scheme in schemes for x in "ab"]))


# by module.option, else by option; of suboptions the whole path
HINTS: dict[str, Strategy] = {
    "display_name": TEXT,
    "description": CLEARABLE,
    "notes": CLEARABLE,
    "sign_in_audience": st.sampled_from(["AzureADMyOrg", "AzureADMultipleOrgs", "AzureADandPersonalMicrosoftAccount"]),
    "sign_in_audience_restrictions": st.sampled_from(
        [{"kind": "unrestricted"}, {"kind": "allowedTenants", "allowed_tenant_ids": ["<tenant_id>"]}]
    ),
    "identifier_uris": some(URIS),
    "identifier_uris_fallback": some(["api://{app_id}"]),
    "scopes.value": st.sampled_from(SCOPES),
    "app_roles.value": st.sampled_from(ROLES),
    "home_page_url": url("https", "http"),
    "logout_url": url("https"),
    "tags": some(["WindowsAzureActiveDirectoryIntegratedApp", "map", "Map", "x:y"]),
    "owners": some(USERS),
    "web": some(WEB),
    "spa": some(SPA),
    "public_client": some(NATIVE),
    "delegated": some(DELEGATED),
    "application": some(APPLICATION),
    "mode": st.just("onPremisesKerberos"),
    "resource": st.sampled_from(["Microsoft Graph", "00000003-0000-0000-c000-000000000000"]),
    "allow_privileged": some(["Directory.ReadWrite.All"]),
    "users": mostly_some(USERS),
    "groups": mostly_some(["Pozi Viewers", "Pozi Planning", "<Pozi Viewers>"]),
    "service_principals": mostly_some(["<arm>", "Microsoft Graph"]),
    "app_role": st.sampled_from([*["Viewer"] * 6, "Editor"]),
    "issuer": st.sampled_from(["https://token.example/", "https://issuer.example/t"]),
    "subject": st.sampled_from(["repo:a/b:ref:refs/heads/main", "system:serviceaccount:x", "*", "Größe"]),
    "audience": st.sampled_from(["api://AzureADTokenExchange", "api://other"]),
    "internal_url": st.sampled_from(["http://<name>.internal/", "https://<NAME>.internal/pozi/"]),
    "external_url": st.sampled_from(
        ["https://<name>-<initial>.msappproxy.net/", "https://<name>-<initial>.msappproxy.net/pozi/"]
    ),
    "alternate_url": st.sampled_from(["", "https://<name>.alt.example/"]),
    "kerberos_service_principal_name": st.sampled_from(["HTTP/gis.internal", "HTTP/www.internal"]),
    "connector_group": st.sampled_from(["", "Map Servers", "map servers"]),
    "region": st.sampled_from(["eur", "aus", "AUS", "nam"]),
    "connectors": some(CONNECTORS),
    "members": some(MEMBERS),
    "group_membership_claims": st.sampled_from(
        [[], ["None"], ["ApplicationGroup"], ["ApplicationGroup", "DirectoryRole"]]
    ),
    "entra_group_claims.tokens.*.additional_properties": st.sampled_from([[], ["sam_account_name"], ["emit_as_roles"]]),
    "entra_group_claims.tokens.*.emit": st.just(True),
    "entra_optional_claim.tokens.*.name": st.sampled_from(CLAIMS),
    "entra_optional_claim.tokens.*.source": st.none(),
    "entra_optional_claim.tokens.*.additional_properties": some(["include_externally_authenticated_upn", "use_guid"]),
    "name": st.sampled_from(["ours", "other-1"]),
    "key_size": st.just(2048),
    "lifetime_days": st.integers(90, 365),
    "renew_before_days": st.integers(1, 60),
    "overlap_days": st.integers(0, 30),
    "schedule_days": st.integers(1, 30),
    "proof_seconds": st.sampled_from([0, 300]),
    "allowed_domains": st.just(["example", "localhost"]),
    "confirm": st.sampled_from(["<name>", "<name>", "Map"]),
    "max_deletes": st.sampled_from([10, 10, 1, 0]),
    "max_run_deletes": st.sampled_from([10, 10, 1]),
    "verify_dns": st.just(False),  # what it asks is no state of a tenant
    "dns_server": st.just("127.0.0.1"),
    "usage_location": st.sampled_from(["", "AU", "DE"]),
    "preferred_language": st.sampled_from(["", "en-AU", "de"]),
    "invite_redirect_url": st.sampled_from(["https://maps.example/"]),
    "invitation_message": TEXT,
    "user_principal_name": st.sampled_from(["<name>@<domain>", "<NAME>@<domain>"]),
    **dict.fromkeys(("admin_consent_display_name", "admin_consent_description"), TEXT),
    **dict.fromkeys(("user_consent_display_name", "user_consent_description"), CLEARABLE),
    **dict.fromkeys(("given_name", "surname", "job_title", "department", "company_name"), CLEARABLE),
}
# what a new object needs, or a task without does nothing, and most examples have: suboptions by their path
MOSTLY = {
    "entra_app_assignment": {"app_role", "users"},
    "entra_app_federated_credential": {"issuer", "subject"},
    "entra_app_proxy": {"internal_url", "external_url", "external_authentication_type"},
    "entra_app_registration": {"display_name"},
    "entra_connector_group": {"connectors"},
    "entra_group": {"display_name"},
    "entra_group_claims": {"group_membership_claims"},
    "entra_optional_claim": {"tokens.id_token"},
    "entra_user": {"display_name", "invite_redirect_url"},
}
# what names the object: drawn with the existing state
SUBJECT = frozenset(
    [
        "unique_name",
        "app_id",
        "object_id",
        "adopt",
        "store",
        "entra_connector_group.name",
        "entra_user.user_principal_name",
        "invited_user_email_address",
    ]
)


def load(name: str) -> _run.Module:
    module: _run.Module = importlib.import_module(f"ansible_collections.tenantops.entra.plugins.modules.{name}").MODULE
    return module


WRITING = sorted(path.stem for path in MODULES.glob("entra*.py") if load(path.stem).plan is not None)


def desired(name: str) -> Strategy:
    """Options of the module besides those that name its object. Raises KeyError for an option that nobody can draw."""
    options = {key: spec for key, spec in load(name).options.items() if not {key, f"{name}.{key}"} & SUBJECT}
    whole = _options(name, "", options, MOSTLY.get(name, set()))
    if name == "entra_app_registration":
        whole = whole.map(_agree)
    return st.one_of(whole, whole, whole, _options(name, "", options)).filter(lambda args: _meets(name, args))


def _agree(args: Object) -> Object:
    """A registration without what would be refused for two of its options at once."""
    left_out = set() if args.get("identifier_uris") else {"identifier_uris_fallback"}
    if "Personal" in args.get("sign_in_audience", ""):
        args, left_out = {**args, "requested_access_token_version": 2}, {*left_out, "sign_in_audience_restrictions"}
    return {name: value for name, value in args.items() if name not in left_out}


def _meets(name: str, args: Object) -> bool:
    """Whether one of each group of options is there that the module wants."""
    groups = load(name).constraints.get("required_one_of", [])
    by = [group for group in groups if not set(group) & {"unique_name", "object_id", "user_principal_name"}]
    return all(any(args.get(option) is not None for option in group) for group in by)


def _options(module: str, path: str, options: Object, mostly: t.Collection[str] = ()) -> Strategy:
    drawn = {key: _value(module, f"{path}{key}", spec, mostly) for key, spec in options.items()}
    needed = {key: drawn[key] for key in drawn if options[key].get("required") or f"{path}{key}" in mostly}
    return st.fixed_dictionaries(needed, optional={key: drawn[key] for key in drawn if key not in needed})


def _value(module: str, path: str, spec: Object, mostly: t.Collection[str]) -> Strategy:
    last = path.rpartition(".")[2]
    parent = path.split(".")
    wild = ".".join([parent[0], "*", last]) if len(parent) > 2 else path
    for hint in (f"{module}.{path}", f"{module}.{wild}", path, wild):
        if hint in HINTS:
            return HINTS[hint]
    if spec["type"] == "bool":
        return st.booleans()
    if spec.get("options"):
        inner = _options(module, f"{path}.", spec["options"], mostly)
        several = LEAST.flatmap(lambda least: st.lists(inner, min_size=least, max_size=3, unique_by=_key))
        return several if spec["type"] == "list" else inner
    if spec.get("choices"):
        one = st.sampled_from(spec["choices"])
        return st.lists(one, unique=True, max_size=3) if spec["type"] == "list" else one
    if last in HINTS:
        return HINTS[last]
    raise KeyError(f"{module}: nothing in HINTS says what {path} may hold")


def _key(item: Object) -> str:
    return str(item.get("value") or item.get("name"))
