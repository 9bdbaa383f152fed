# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The options and attributes that every module has."""

from __future__ import annotations


class ModuleDocFragment:
    """Options of module_utils/_connection.py, and what the action plugin supports."""

    DOCUMENTATION = r"""
options:
  tenant_id:
    description:
      - The customer's directory (tenant) id, a GUID. Needed; if it is not set, the variable E(AZURE_TENANT_ID) is used.
      - Nothing is sent to Microsoft Graph with a token of another tenant.
    type: str
  client_id:
    description:
      - The application (client) id to sign in with.
      - If it is not set, the variable E(AZURE_CLIENT_ID) is used.
    type: str
  auth_kind:
    description:
      - How to sign in. There is no fallback from one kind to another.
      - V(client_secret), V(certificate), V(federated_token) and V(managed_identity) are application identities.
      - V(azure_cli), V(device_code) and V(refresh_token) are signed-in users, and V(access_token) is either.
      - V(device_code) needs somebody at the terminal.
      - If it is not set, the variable E(ENTRA_AUTH_KIND) is used.
    type: str
    choices: [client_secret, certificate, federated_token, managed_identity, azure_cli, device_code, refresh_token, access_token]
    default: client_secret
  client_secret:
    description:
      - The client secret for O(auth_kind=client_secret), and for O(auth_kind=refresh_token) of a confidential client.
      - If it is not set, the variable E(AZURE_CLIENT_SECRET) is used.
    type: str
  certificate_path:
    description:
      - A file with certificate and private key, PEM or PKCS12, for O(auth_kind=certificate).
      - If it is not set, the variable E(AZURE_CLIENT_CERTIFICATE_PATH) is used.
    type: path
  certificate_data:
    description:
      - Certificate and private key as PEM, for O(auth_kind=certificate).
      - If it is not set, the variable E(AZURE_CLIENT_CERTIFICATE_DATA) is used.
    type: str
  certificate_password:
    description:
      - The private key's password.
      - If it is not set, the variable E(AZURE_CLIENT_CERTIFICATE_PASSWORD) is used.
    type: str
  federated_token:
    description:
      - A token of another issuer for O(auth_kind=federated_token).
      - If it is not set, the variable E(ENTRA_FEDERATED_TOKEN) is used.
    type: str
  federated_token_file:
    description:
      - A file that holds the token for O(auth_kind=federated_token), read at each sign-in.
      - If it is not set, the variable E(AZURE_FEDERATED_TOKEN_FILE) is used.
    type: path
  refresh_token:
    description:
      - The refresh token for O(auth_kind=refresh_token).
      - If it is not set, the variable E(ENTRA_REFRESH_TOKEN) is used.
    type: str
  access_token:
    description:
      - A token for Microsoft Graph, for O(auth_kind=access_token).
      - If it is not set, the variable E(ENTRA_ACCESS_TOKEN) is used.
    type: str
  cloud:
    description:
      - The national cloud that the tenant lives in.
      - If it is not set, the variable E(ENTRA_CLOUD) is used.
    type: str
    choices: [public, usgov, usgov_dod, china]
    default: public
  graph_url:
    description:
      - Origin of Microsoft Graph, for an endpoint of one's own. The default is the one of O(cloud).
      - If it is not set, the variable E(ENTRA_GRAPH_URL) is used.
    type: str
  authority:
    description:
      - Origin of the login host, for an endpoint of one's own. The default is the one of O(cloud).
      - If it is not set, the variable E(AZURE_AUTHORITY_HOST) is used.
    type: str
  ca_file:
    description:
      - A PEM file of the certificate authorities to trust instead of the system's.
      - If it is not set, the variable E(ENTRA_CA_FILE) is used.
    type: path
  timeout:
    description:
      - Seconds for all requests of a task together, and for its turn where another task of this user on this machine writes to the
        same tenant.
      - If it is not set, the variable E(ENTRA_TIMEOUT) is used.
    type: int
    default: 120
notes:
  - Tasks run on the controller, whatever the host's connection is. An inventory of tenants needs no connection settings.
  - Set the connection once for a play with C(module_defaults) and the group C(tenantops.entra.all).
requirements:
  - azure-identity, msal, msgraph-sdk and tenacity in the Python that runs ansible-core
"""

    APPLICATION = r"""
options:
  unique_name:
    description: The application's unique name. Exactly one of O(unique_name), O(app_id) and O(object_id) is needed.
    type: str
  app_id:
    description: The application (client) id.
    type: str
  object_id:
    description: The application's object id.
    type: str
"""

    LIFE = r"""
options:
  renew_before_days:
    description:
      - A new one is made when the current one has this many days left, or fewer.
      - It must be less than O(lifetime_days). Leave room for several runs of the schedule, see O(schedule_days).
    type: int
    default: 30
  overlap_days:
    description:
      - Days for which a former one stays after its successor became the current one. The first run after them removes it.
      - It is never removed before its successor is proven, see O(proof_seconds), unless it has ended.
      - Where it is left out, a former one stays until it ends. The first run after its end removes it.
    type: int
  schedule_days:
    description:
      - Days from one run of this task to the next. Nothing is done by it.
      - The task warns where O(renew_before_days) are fewer than three runs, since missed runs would then be noticed by consumers.
    type: int
  proof_seconds:
    description:
      - Seconds, up to 3600, for which a new one may take to be proven. It counts besides O(timeout).
      - A new one becomes current when it has signed in three times in a row, each time as a new client. Replicas of the login host come
        to know it one by one.
      - Where that takes longer, the former one stays current, the task warns with what the login host said, and the next run goes on.
      - V(0) proves nothing. Then, and where the application is disabled or has no service principal in this tenant, a new one becomes current
        at once if no former one lives, and otherwise in the first run five minutes after it was made.
      - Set V(0) where the application cannot sign in to this tenant by itself, such as where Conditional Access admits only its own servers.
    type: int
    default: 300
  force:
    description:
      - Makes a new one although none is due, such as when the current one was disclosed. Each run makes another.
      - One that an earlier run made and could not prove is seen through instead.
    type: bool
    default: false
"""

    LOSSES = r"""
options:
  max_deletes:
    description:
      - How much the task may take away at most. Each entry that a list loses counts, as the task's diff shows it, and an object that
        goes as a whole counts one.
      - A task that would take away more changes nothing and fails. V(0) lets a run only add.
      - It is about one task. See O(max_run_deletes) for all of them together.
      - If it is not set, the variable E(ENTRA_MAX_DELETES) is used.
    type: int
    default: 10
  max_run_deletes:
    description:
      - How much all tasks of the run may take away together, whatever tenants they are for, counted as for O(max_deletes).
      - A task that would exceed it changes nothing and fails. One that failed half-way counts as a whole.
      - A task that is delegated to another machine knows only of itself. Without this option, a run is not limited.
      - If it is not set, the variable E(ENTRA_MAX_RUN_DELETES) is used.
    type: int
"""

    LAST = r"""
options:
  allow_last:
    description:
      - Whether the task may take away the last of its kind, without which nobody can sign in or manage the application.
      - That is its last redirect URI, its last owner, and its last credential of all kinds, not counting those that have ended.
    type: bool
    default: false
"""

    ATTRIBUTES = r"""
attributes:
  check_mode:
    description: Can run in check mode and predict what would change without sending a write.
    support: full
  diff_mode:
    description: Returns what changed, or would change, in option names.
    support: full
  idempotent:
    description: When run again with the same options, nothing changes and no write is sent.
    support: full
  async:
    description: Can be used with the C(async) keyword.
    support: none
  action:
    description: Runs on the controller, by an action plugin.
    support: full
  action_group:
    description: Takes its connection options from C(module_defaults) of the action group.
    support: full
    membership: [tenantops.entra.all]
"""

    INFO = r"""
attributes:
  check_mode:
    description: Can run in check mode. It only reads.
    support: full
  diff_mode:
    description: Returns what changed, or would change, in option names.
    support: N/A
  idempotent:
    description: When run again with the same options, nothing changes and no write is sent.
    support: full
  async:
    description: Can be used with the C(async) keyword.
    support: none
  action:
    description: Runs on the controller, by an action plugin.
    support: full
  action_group:
    description: Takes its connection options from C(module_defaults) of the action group.
    support: full
    membership: [tenantops.entra.all]
"""
