# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Graph called by pages of other sites, from a browser."""

from __future__ import annotations

from unit.sandbox.graph_client import GraphClient

PAGE = {"Origin": "https://maps.example"}


def test_a_browser_may_ask_beforehand(graph: GraphClient) -> None:
    asked = {"Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "authorization,content-type"}
    answer = graph.send("OPTIONS", "applications", headers={**PAGE, **asked})
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "PATCH" in answer.headers["access-control-allow-methods"]
    assert "authorization" in answer.headers["access-control-allow-headers"]


def test_a_page_may_read_answers_and_refusals(graph: GraphClient) -> None:
    for path, status in (("organization", 200), ("applications/none", 400)):
        answer = graph.send("GET", path, headers=PAGE)
        assert answer.status_code == status
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "request-id" in answer.headers["access-control-expose-headers"]


def test_others_are_not_told(graph: GraphClient) -> None:
    assert "access-control-allow-origin" not in graph.send("GET", "organization").headers
