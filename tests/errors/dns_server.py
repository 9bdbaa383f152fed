# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A DNS server on loopback that knows a few names: an authoritative answer with the zone's SOA where it knows none."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rrset

ADDRESSES = ("maps.customer.example", "live.azurewebsites.net")
ALIASES = {
    "old.customer.example": "gone.azurewebsites.net",
    "new.customer.example": "live.azurewebsites.net",
    "expired.customer.example": "www.nobodys-domain.test",
}
EMPTY = ("empty.customer.example",)
"""There, but without an address."""
BROKEN = "broken.customer.example"
ZONES = ("customer.example", "azurewebsites.net", "test")


class Handler(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        data, sock = self.request
        sock.sendto(answer(dns.message.from_wire(data)).to_wire(), self.client_address)


def answer(query: dns.message.Message) -> dns.message.Message:
    """What a resolver would say: the chain of aliases, and the address, nothing, or that there is no such name."""
    reply = dns.message.make_response(query)
    reply.flags |= dns.flags.RA
    name = query.question[0].name.to_text(omit_final_dot=True).lower()
    while name in ALIASES:
        reply.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "CNAME", f"{ALIASES[name]}."))
        name = ALIASES[name]
    if name in ADDRESSES:
        reply.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "A", "192.0.2.1"))
    elif name == BROKEN:
        reply.set_rcode(dns.rcode.SERVFAIL)
    else:
        zone = next(zone for zone in ZONES if name.endswith(zone))
        reply.authority.append(dns.rrset.from_text(f"{zone}.", 60, "IN", "SOA", "ns. root. 1 60 60 60 60"))
        if name not in EMPTY:
            reply.set_rcode(dns.rcode.NXDOMAIN)
    return reply


@contextmanager
def serving() -> Iterator[str]:
    """Its address and port."""
    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        address: Any = server.server_address
        try:
            yield f"{address[0]}:{address[1]}"
        finally:
            server.shutdown()
            thread.join()
