# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""$batch: up to 20 requests in one, each answered and journalled by itself.

Source: https://learn.microsoft.com/graph/json-batching
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Callable
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from typing import Any
from urllib.parse import urlsplit

from sandbox.clock import graph_time
from sandbox.graph.calls import Answer, Call
from sandbox.graph.errors import GraphError, bad_request, no_segment
from sandbox.graph.paths import read_options
from sandbox.store import Record

MOST = 20
METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
#: What an item may hold. msgraph-sdk for Python writes depends_on, which the service passes over, observed by
#: https://github.com/microsoftgraph/msgraph-sdk-python-core/pull/996
KNOWN = frozenset({"id", "method", "url", "headers", "body", "dependsOn", "depends_on"})


def run_batch(call: Call, answer: Callable[[Call], Answer]) -> Answer:
    """Answer a $batch by giving each of its items to `answer`; texts of malformed ones are the sandbox's own."""
    if call.method != "POST":
        raise bad_request("$batch takes POST only.", "BadRequest")
    items = _read_items(call.body)
    statuses: dict[str, int] = {}
    responses: list[Record] = []
    for item in _order(items):
        failed = any(statuses[key.lower()] >= 400 for key in item.get("dependsOn") or [])
        response = _skip(call, item) if failed else _run(call, item, answer)
        statuses[item["id"].lower()] = response["status"]
        responses.append(response)
    return Answer(200, {"responses": responses})


def _read_items(body: Any) -> list[Record]:
    """The requests of the batch. Raises 400 on a malformed one."""
    items = body.get("requests") if isinstance(body, dict) else None
    if not isinstance(items, list) or not items:
        raise _invalid("Invalid batch payload format.")
    if len(items) > MOST:
        raise _invalid(f"Number of batch request steps exceeds the maximum value of {MOST}.")
    for item in items:
        _check_item(item)
    ids = [item["id"].lower() for item in items]
    if len(set(ids)) < len(ids):
        raise _invalid("Request ids must be unique.")
    return list(items)


def _check_item(item: Any) -> None:
    if not isinstance(item, dict) or set(item) - KNOWN:
        raise _invalid("Invalid batch payload format.")
    headers, needs = item.get("headers") or {}, item.get("dependsOn") or []
    texts = all(isinstance(item.get(name), str) and item[name] for name in ("id", "url", "method"))
    if not texts or item["method"].upper() not in METHODS or not isinstance(headers, dict):
        raise _invalid("Invalid batch payload format.")
    if not isinstance(needs, list) or not all(isinstance(key, str) for key in needs):
        raise _invalid("Invalid batch payload format.")
    if item.get("body") is not None and "content-type" not in {name.lower() for name in headers}:
        raise _invalid("Write request id : {} must contain the Content-Type header declaration.".format(item["id"]))


def _order(items: list[Record]) -> list[Record]:
    """The items, those that depend on others after them. Raises 400 before anything is done."""
    by_id = {item["id"].lower(): item for item in items}
    needs = {key: [other.lower() for other in item.get("dependsOn") or []] for key, item in by_id.items()}
    if any(other not in by_id for others in needs.values() for other in others):
        raise _invalid("dependsOn names a request that is not in the batch.")
    try:
        return [by_id[key] for key in TopologicalSorter(needs).static_order()]
    except CycleError:
        raise _invalid("Requests depend on one another in a circle.") from None


def _run(call: Call, item: Record, answer: Callable[[Call], Answer]) -> Record:
    headers = {name.lower(): str(value) for name, value in (item.get("headers") or {}).items()}
    request_id = str(uuid.uuid4())
    method = item["method"].upper()
    given = call
    try:
        parts = urlsplit(item["url"])
        if parts.scheme:
            # the rest is fine: observed by https://github.com/microsoftgraph/msgraph-sdk-python/issues/1015
            raise no_segment(f"{parts.scheme}:")
        if parts.path.strip("/").lower() == "$batch":
            raise _invalid("A batch must not hold another one.")
        path = f"/{call.version}/{parts.path.lstrip('/')}"
        options = read_options(parts.query)
        body = _read_body(method, headers, item.get("body"))
        given = replace(call, method=method, path=path, options=options, headers=headers, body=body)
        result = answer(given)
    except ValueError as error:
        refused = _invalid(f"Invalid URL: {error}.")
        result = Answer(400, refused.body(call.now, request_id, request_id))
    except GraphError as error:
        result = Answer(error.status, error.body(call.now, request_id, request_id), error.headers)
    _journal(call, item, result.status, request_id, given.fault)
    headers = {"Cache-Control": "no-cache", "OData-Version": "4.0", **result.headers}
    response: Record = {"id": item["id"], "status": result.status, "headers": headers}
    if result.content is not None:
        response["body"] = base64.b64encode(result.content).decode()
    elif result.body is not None or result.text is not None:
        response["headers"]["Content-Type"] = "application/json" if result.text is None else "text/plain"
        response["body"] = result.body if result.text is None else result.text
    return response


def _read_body(method: str, headers: dict[str, str], body: Any) -> Any:
    """The body as a request by itself would have it."""
    if body is None or method in ("GET", "DELETE"):
        return None
    if not headers.get("content-type", "").lower().startswith(("application/json", "image/")):
        raise bad_request(
            "Write requests (excluding DELETE) must contain the Content-Type header declaration.", "BadRequest"
        )
    return body


def _skip(call: Call, item: Record) -> Record:
    error = GraphError(424, "FailedDependency", "A request that this one depends on has failed.")
    request_id = str(uuid.uuid4())
    _journal(call, item, error.status, request_id)
    body = error.body(call.now, request_id, request_id)
    return {"id": item["id"], "status": error.status, "headers": {"Content-Type": "application/json"}, "body": body}


def _journal(call: Call, item: Record, status: int, request_id: str, fault: str | None = None) -> None:
    call.world.journal.add(
        method=item["method"].upper(),
        url=f"{call.base}/{item['url'].lstrip('/')}",
        status=status,
        time=graph_time(call.now),
        arrived=call.world.journal.arrive(),
        tenant=call.tenant.id,
        client_id=call.caller.client_id,
        caller_kind=call.caller.kind,
        body=item.get("body"),
        request_id=request_id,
        fault=fault,
        batch=True,
    )


def _invalid(message: str) -> GraphError:
    return bad_request(message, "BadRequest")
