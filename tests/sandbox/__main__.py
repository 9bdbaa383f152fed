# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""python -m sandbox: run until SIGTERM or SIGINT, in the foreground."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

from sandbox.seed_file import DEFAULT
from sandbox.server import CannotWrite, Server, write_env


def main(arguments: list[str] | None = None) -> int:
    """Return the exit status: 0 after a signal, 2 where the sandbox cannot start."""
    options = _parse(arguments)
    # uvicorn raises the signal again once it has shut down; that must not end the process with a failure
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_ignored: None)
    try:
        server = Server(options.port, options.hostnames, options.seed)
    except (ValueError, OSError) as error:
        return _refuse(error)

    def announce() -> None:
        if options.env_file:
            write_env(options.env_file, server.env())
        print(f"sandbox: listening on {server.url}", flush=True)

    server.on_listening = announce
    try:
        server.run(sockets=[server.socket])
    except CannotWrite as error:
        return _refuse(error)
    finally:
        server.close()
    return 0


def _refuse(error: Exception) -> int:
    """Say why it does not start, in one line: what YAML and others report may have several."""
    print(f"sandbox: {' '.join(str(error).split())}", file=sys.stderr)
    return 2


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--port", type=_port, default=0, help="port on 127.0.0.1; 0: any that is free")
    parser.add_argument("--hostnames", type=_names, default=[], help="comma list of further names for the certificate")
    parser.add_argument("--seed", type=_seed, default=DEFAULT, help="YAML file of tenants")
    parser.add_argument("--env-file", type=_path, default=None, help="written once the sandbox listens")
    return parser.parse_args(arguments)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"'{text}' is no port: give 0 to 65535")
    return int(text)


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _seed(text: str) -> Path:
    return Path(text) if text else DEFAULT


def _path(text: str) -> Path | None:
    return Path(text) if text else None


if __name__ == "__main__":
    sys.exit(main())
