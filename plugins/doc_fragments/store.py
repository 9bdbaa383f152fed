# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The option store of the modules that keep secrets."""

from __future__ import annotations


class ModuleDocFragment:
    """Options of module_utils/_store_option.py."""

    DOCUMENTATION = r"""
options:
  store:
    description: Where the value is kept.
    type: dict
    required: true
    suboptions:
      kind:
        description:
          - V(vault_file) is one YAML file on the controller, encrypted with a vault password that the run has loaded, and replaced at once
            with mode 0600. Show it with C(ansible-vault view). Read it with M(ansible.builtin.include_vars), see the examples.
          - V(hashicorp_vault) is HashiCorp Vault or OpenBao, a key/value engine of version 2. It needs the Python library hvac.
          - V(azure_key_vault) is Azure Key Vault, opened with the identity that the task signs in with. It needs azure-keyvault-secrets.
          - V(command) is a program that takes and gives records as JSON, for every other place.
          - V(sealed) is one JSON file on the controller whose values are encrypted to O(store.recipient_certificate), as the result's C(sealed)
            is. Only the holder of the private key can open them, with C(openssl cms -decrypt). No later run can sign in with one.
            What a task could not prove when it made it stays unproven, and takes effect after five minutes, at a later run.
        type: str
        choices: [vault_file, hashicorp_vault, azure_key_vault, command, sealed]
        default: vault_file
      path:
        description:
          - The file for O(store.kind=vault_file) and O(store.kind=sealed), which need it, relative to the playbook.
          - The folder must exist, and other users must not be able to replace files in it.
          - It holds what belongs to one application in one tenant, or to the users of one tenant. The file of another is refused.
        type: path
      vault_id:
        description:
          - The vault id that a new V(vault_file) is encrypted with. Needed when several are loaded and C(vault_encrypt_identity) is not configured.
          - A file that exists keeps its own.
        type: str
      allow_git:
        description: Whether O(store.path) may be in a work tree of git that does not ignore it, so that its encrypted text can be committed.
        type: bool
        default: false
      allow_container:
        description:
          - Whether O(store.path) may be in a container's own file system or memory, where it is gone with the container, as in a job of AWX.
          - If it is not set, the variable E(ENTRA_STORE_ALLOW_CONTAINER) is used.
        type: bool
        default: false
      vault_url:
        description:
          - The address of the vault for O(store.kind=hashicorp_vault), which needs it.
          - If it is not set, the variable E(VAULT_ADDR) is used.
        type: str
      vault_token:
        description:
          - A token of the vault. Prefer O(store.vault_token_file).
          - If it is not set, the variable E(VAULT_TOKEN) is used.
        type: str
      vault_token_file:
        description:
          - A file that holds the token, such as the sink of an agent. Used before O(store.vault_token).
          - If it is not set, the variable E(VAULT_TOKEN_FILE) is used.
        type: path
      vault_role_id:
        description:
          - The role to sign in with by AppRole. Used before a token.
          - If it is not set, the variable E(VAULT_ROLE_ID) is used.
        type: str
      vault_secret_id:
        description:
          - The secret id of O(store.vault_role_id). Prefer O(store.vault_secret_id_file).
          - If it is not set, the variable E(VAULT_SECRET_ID) is used.
        type: str
      vault_secret_id_file:
        description:
          - A file that holds the secret id. Used before O(store.vault_secret_id).
          - If it is not set, the variable E(VAULT_SECRET_ID_FILE) is used.
        type: path
      vault_auth_mount:
        description: The path at which AppRole is mounted.
        type: str
        default: approle
      vault_namespace:
        description:
          - The namespace of the vault.
          - If it is not set, the variable E(VAULT_NAMESPACE) is used.
        type: str
      vault_ca_file:
        description:
          - A PEM file of the certificate authorities to trust for O(store.vault_url) instead of the system's.
          - If it is not set, the variable E(VAULT_CACERT) is used.
        type: path
      vault_mount:
        description: The path at which the key/value engine is mounted.
        type: str
        default: secret
      vault_path:
        description: The path in O(store.vault_mount) below which the records are, each at C(TENANT_ID/APP_ID/NAME).
        type: str
        default: entra
      key_vault_url:
        description: The address for O(store.kind=azure_key_vault), which needs it, such as C(https://example.vault.azure.net).
        type: str
      key_vault_tenant_id:
        description:
          - The tenant that the key vault trusts, where it is not the task's own. The task's client signs in there with the same credential.
          - The default is the task's O(tenant_id).
        type: str
      command:
        description:
          - The program and its arguments for O(store.kind=command), which needs it. It is started without a shell, and gets no secret among them.
          - It reads one request from its standard input and writes one answer to its standard output.
        type: list
        elements: str
      command_timeout:
        description: Seconds that O(store.command) may take for one request.
        type: int
        default: 30
      recipient_certificate:
        description:
          - The certificate, as PEM, that O(store.kind=sealed) encrypts for, and needs. Its key is of RSA, with at least 2048 bits.
        type: str
"""
