# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Apache with mod_auth_openidc: an instance of the user's own on a free port of this machine, gone after the block."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

import pytest
import trustme

APACHE = shutil.which("apache2", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
MODULES = Path("/usr/lib/apache2/modules")
PATIENCE = 10  # seconds until it listens
needed = pytest.mark.skipif(
    APACHE is None or not (MODULES / "mod_auth_openidc.so").exists(),
    reason="mod_auth_openidc is missing: apt-get install apache2-bin libapache2-mod-auth-openidc",
)
LOADED = ("mpm_event", "authn_core", "authz_core", "authz_user", "dir", "mime", "ssl", "auth_openidc")
CONFIGURATION = Template("""\
ServerRoot "$folder"
ServerName $origin
Listen 127.0.0.1:$port
PidFile apache.pid
DefaultRuntimeDir .
ErrorLog error.log
TypesConfig /dev/null
$modules
DocumentRoot site
DirectoryIndex index.html
SSLEngine on
SSLCertificateFile server.pem

OIDCProviderMetadataURL $provider/.well-known/openid-configuration
OIDCClientID $client_id
OIDCClientSecret "$${CLIENT_SECRET}"
OIDCRedirectURI $redirect_uri
OIDCCryptoPassphrase "$${PASSPHRASE}"
OIDCScope "openid profile email"
OIDCPKCEMethod S256
OIDCCABundlePath ca.pem
<Location />
  AuthType openid-connect
  $require
</Location>
""")


def find_port() -> int:
    """A port that nobody listens on: Apache cannot tell which one it was given, so it must be told."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def protecting(
    page: str,
    provider: str,
    client_id: str,
    client_secret: str,
    redirect_uri: str,
    groups: Iterable[str],
    ca_file: Path,
) -> Iterator[str]:
    """The address of a page that only members of one of the groups get, by the claim in their id token.

    The port is that of the redirect URI. Raises AssertionError with Apache's log where it does not start.
    """
    address = urlsplit(redirect_uri)
    origin = f"{address.scheme}://{address.netloc}"
    with tempfile.TemporaryDirectory(prefix="apache-") as name:
        folder = Path(name)
        (folder / "site").mkdir()
        (folder / "site/index.html").write_text(page, encoding="utf-8")
        shutil.copy(ca_file, folder / "ca.pem")
        trustme.CA().issue_cert(str(address.hostname)).private_key_and_cert_chain_pem.write_to_path(
            folder / "server.pem"
        )
        values = {
            "folder": folder,
            "origin": origin,
            "port": address.port,
            "modules": "\n".join(f"LoadModule {one}_module {MODULES}/mod_{one}.so" for one in LOADED),
            "provider": provider,
            "client_id": client_id,
            "redirect_uri": redirect_uri,
            "require": "\n  ".join(f"Require claim groups:{group}" for group in groups),
        }
        (folder / "apache.conf").write_text(CONFIGURATION.substitute(values), encoding="utf-8")
        # of the environment only these two: a secret is in no file and no command line
        environment = {"CLIENT_SECRET": client_secret, "PASSPHRASE": secrets.token_urlsafe()}
        with _start(folder, environment) as process:
            try:
                _wait(process, folder, int(address.port or 443))
                yield f"{origin}/"
            finally:
                process.terminate()


def _start(folder: Path, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """Apache in the foreground; root's becomes that of a user without rights, as Apache itself would want."""
    user = None
    if os.geteuid() == 0:
        user = "www-data"
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, user)
    command = [str(APACHE), "-d", str(folder), "-f", str(folder / "apache.conf"), "-D", "FOREGROUND"]
    with (folder / "output.log").open("wb") as output:
        return subprocess.Popen(
            command, env=environment, stdout=output, stderr=output, user=user, extra_groups=[] if user else None
        )


def _wait(process: subprocess.Popen[bytes], folder: Path, port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    logs = (path.read_text() for path in sorted(folder.glob("*.log")))
    raise AssertionError(f"Apache did not start: {''.join(logs)}")
