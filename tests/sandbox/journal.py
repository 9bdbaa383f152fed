# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The journal: one entry for every request that reached the sandbox, and whether it was a write."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

#: POSTs under Graph that change nothing. A $batch is a read of its own: its items are entered one by one.
READING_POSTS = re.compile(
    r"/(\$batch|(microsoft\.graph\.)?(getByIds|validateProperties|getMember(Groups|Objects)|checkMember(Groups|Objects)"
    r"|getAvailableExtensionProperties|get[A-Z]\w*))$",
    re.IGNORECASE,
)
GRAPH_PATH = re.compile(r"^/(v1\.0|beta)(/|$)")


@dataclass(frozen=True)
class Entry:
    """One request. `body` is the parsed JSON of a Graph request, never anything of a sign-in.

    `status` None: it was not carried out and had no answer. `fault`: the point at which it was made to fail.
    `arrived`: its number among all requests as they came, where `index` is the one among the answers.
    """

    index: int
    method: str
    url: str
    path: str
    status: int | None
    tenant: str | None
    write: bool
    client_id: str | None
    caller_kind: str | None
    body: Any
    request_id: str | None
    time: str
    arrived: int
    fault: str | None = None
    batch: bool = False


class Journal:
    """Entries in the order in which the requests were answered."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.arrivals = 0
        self.waiting: set[int] = set()

    def arrive(self) -> int:
        """The number of a request that came just now and waits for its answer."""
        number = self.arrivals
        self.arrivals += 1
        self.waiting.add(number)
        return number

    def add(
        self,
        *,
        method: str,
        url: str,
        status: int | None,
        time: str,
        arrived: int,
        tenant: str | None = None,
        client_id: str | None = None,
        caller_kind: str | None = None,
        body: Any = None,
        request_id: str | None = None,
        fault: str | None = None,
        batch: bool = False,
    ) -> Entry:
        """Append one request. `url` may be absolute or begin with a slash; `batch` marks an item of a $batch."""
        path = urlsplit(url).path
        entry = Entry(
            index=len(self.entries),
            method=method,
            url=url,
            path=path,
            status=status,
            tenant=tenant,
            write=is_write(method, path),
            client_id=client_id,
            caller_kind=caller_kind,
            body=body,
            request_id=request_id,
            time=time,
            fault=fault,
            batch=batch,
            arrived=arrived,
        )
        self.waiting.discard(arrived)
        self.entries.append(entry)
        return entry

    def since(self, index: int) -> list[dict[str, Any]]:
        """Return the entries from that index on, as plain dicts."""
        return [asdict(entry) for entry in self.entries[index:]]

    def clear(self) -> None:
        """Forget everything but what still waits."""
        self.entries.clear()


def is_write(method: str, path: str) -> bool:
    """Tell whether a request may change a tenant: any Graph method but GET, HEAD, OPTIONS and the reading POSTs."""
    if method in {"GET", "HEAD", "OPTIONS"} or not GRAPH_PATH.match(path):
        return False
    return not (method == "POST" and READING_POSTS.search(path))
