# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The handoff by mail: sent to a real SMTP server, once for each state of the document."""

from __future__ import annotations

import asyncio
import dataclasses
import email.policy
import json
import os
import pathlib
import ssl
import subprocess
import sys
import threading
import typing as t
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
import trustme
import yaml
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword
from integration import mail_module

ROOT = pathlib.Path(__file__).parents[2]
PASSWORD = "canary-of-the-mail-server"
ROLE = {
    "role": "tenantops.entra.support_handoff",
    "support_handoff_key": "some_product",
    "support_handoff_product": "Some Product",
    "support_handoff_customer": "Shire of Örebro",
    "support_handoff_recipient": "support@product.example",
    "support_handoff_subject": "Some Product\nBcc: Shire of Örebro",
    "support_handoff_fields": [{"name": "display_name", "label": "Name", "value": "{{ name }}"}],
}


@dataclasses.dataclass
class Server:
    """A mail server on loopback that asks for STARTTLS and a login."""

    port: int = 0
    mails: list[tuple[list[str], EmailMessage]] = dataclasses.field(default_factory=list)
    refused: set[str] = dataclasses.field(default_factory=set)

    async def handle_RCPT(  # noqa: N802, aiosmtpd's name
        self, _server: t.Any, _session: t.Any, envelope: Envelope, address: str, _options: t.Any
    ) -> str:
        if address in self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: t.Any, _session: t.Any, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)
        message = email.message_from_bytes(content, _class=EmailMessage, policy=email.policy.default)
        self.mails.append((sorted(envelope.rcpt_tos), message))
        return "250 OK"

    def admit(self, _server: t.Any, _session: t.Any, _envelope: t.Any, _mechanism: str, login: t.Any) -> AuthResult:
        known = isinstance(login, LoginPassword) and (login.login, login.password) == (b"tenantops", PASSWORD.encode())
        return AuthResult(success=known)


@pytest.fixture
def server() -> Iterator[Server]:
    kept = Server()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(context)
    loop = asyncio.new_event_loop()

    def serve() -> SMTP:
        return SMTP(kept, tls_context=context, require_starttls=True, authenticator=kept.admit, auth_required=True)

    listening = loop.run_until_complete(loop.create_server(serve, "127.0.0.1", 0))
    kept.port = listening.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield kept
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    listening.close()
    loop.close()


def hand_over(folder: pathlib.Path, server: Server, *arguments: str, name: str = "First", **more: t.Any) -> str:
    """One run of the role alone; returns its output, with its exit status first."""
    mail = {
        "support_handoff_mail_to": ["{{ support_handoff_recipient }}", "me@partner.example"],
        "support_handoff_mail_from": "Tenant Operations <ops@partner.example>",
        "support_handoff_mail_host": "127.0.0.1",
        "support_handoff_mail_port": server.port,
        "support_handoff_mail_username": "tenantops",
        "support_handoff_mail_password": PASSWORD,
    }
    play = {"hosts": "all", "gather_facts": False, "vars": {"name": name, **mail, **more}, "roles": [ROLE]}
    (folder / "play.yml").write_text(yaml.safe_dump([play]), encoding="utf-8")
    ansible = str(pathlib.Path(sys.executable).with_name("ansible-playbook"))
    paths = {"ANSIBLE_COLLECTIONS_PATH": f"{ROOT / 'collections'}:{mail_module.install()}", "PWD": str(folder)}
    run = subprocess.run(
        [ansible, "-i", "some-tenant,", "-c", "local", "play.yml", *arguments],
        cwd=folder,
        env={**os.environ, "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"), **paths},
        capture_output=True,
        text=True,
        check=False,
    )
    return f"status {run.returncode}\n{run.stdout}{run.stderr}"


def test_a_mail_is_sent_once_for_each_state_of_the_document(server: Server, tmp_path: pathlib.Path) -> None:
    assert "status 0" in hand_over(tmp_path, server, "--check")
    assert server.mails == []

    first = hand_over(tmp_path, server, "-vvv")
    assert "status 0" in first
    assert PASSWORD not in first
    ((recipients, mail),) = server.mails
    assert recipients == ["me@partner.example", "support@product.example"]
    assert mail["Subject"] == "Some Product Bcc: Shire of Örebro"
    assert mail["From"] == "Tenant Operations <ops@partner.example>"
    text, page, document = mail.iter_parts()
    written = (tmp_path / "handoff/some-tenant/some_product.md").read_text(encoding="utf-8")
    assert text.get_content().strip() == written.split("\n\n", 1)[1].strip()
    assert [page.get_filename(), document.get_filename()] == ["some_product.html", "some_product.json"]
    assert json.loads(document.get_content())["display_name"] == "First"
    assert not [part for part in (text, page, document) if PASSWORD.encode() in (part.get_payload(decode=True) or b"")]
    assert not [path for path in tmp_path.glob("handoff/*/*") if PASSWORD in path.read_text(encoding="utf-8")]

    again = hand_over(tmp_path, server)
    assert "changed=0 " in again
    assert len(server.mails) == 1
    assert "status 0" in hand_over(tmp_path, server, name="Second")
    assert len(server.mails) == 2
    assert "`Second`" in next(server.mails[1][1].iter_parts()).get_content()


def test_what_was_not_mailed_is_mailed_by_the_next_run(server: Server, tmp_path: pathlib.Path) -> None:
    server.refused.add("me@partner.example")
    assert "status 2" in hand_over(tmp_path, server)
    assert (tmp_path / "handoff/some-tenant/some_product.md").exists()
    server.mails.clear()
    server.refused.clear()
    assert "status 0" in hand_over(tmp_path, server)
    assert len(server.mails) == 1


def test_nothing_is_mailed_unless_the_inventory_names_a_recipient(server: Server, tmp_path: pathlib.Path) -> None:
    assert "status 0" in hand_over(tmp_path, server, support_handoff_mail_to=[])
    assert server.mails == []
    assert not list(tmp_path.glob("handoff/*/*.mailed"))
