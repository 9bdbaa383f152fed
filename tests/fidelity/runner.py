# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One case carried out: its steps sent, its answers held against what is expected."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from fidelity.model import Case, Expect, SignIn, Step
from fidelity.place import Place, address, is_graph
from fidelity.placeholders import NotKnown, fill
from fidelity.sandbox_place import fill_actor
from fidelity.shapes import compare, show
from fidelity.signing_in import read_redirect, sign_in
from fidelity.tokens import read_claims

AADSTS = re.compile(r"AADSTS(\d+)")
PAUSE = 2.0  # seconds between attempts where a place asks for patience


@dataclass(frozen=True)
class Outcome:
    """What came of a case. `broken`: it could not be asked at all; `problems`: answers that were not the expected ones."""

    case: Case
    broken: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def faults(self) -> tuple[str, ...]:
        """What is wrong, none where all is well; a known difference is wrong where it is gone."""
        if self.broken or self.case.difference is None:
            return self.broken + self.problems
        return () if self.problems else ("the sandbox does this now: remove the mark 'difference'",)


def run_case(case: Case, place: Place) -> Outcome:
    """Carry out a case; nothing of it raises but what is wrong with the program."""
    known = place.known()
    try:
        for number, step in enumerate(case.given, 1):
            problems = run_step(step, place, known)
            if problems:
                return Outcome(case, broken=tuple(f"given {number}: {problem}" for problem in problems))
        found = list(run_step(case, place, known))
        for number, step in enumerate(case.then, 1):
            found += [f"then {number}: {problem}" for problem in run_step(step, place, known)]
        return Outcome(case, problems=tuple(found))
    except (NotKnown, ValueError) as error:
        return Outcome(case, broken=(str(error),))
    except httpx.HTTPError as error:
        return Outcome(case, broken=(f"{type(error).__name__}: {error}",))


def run_step(step: Step, place: Place, known: dict[str, Any]) -> list[str]:
    """Wait, send, keep what is to be kept; returns what was not as expected, after as many attempts as a place grants."""
    if step.wait:
        place.wait(step.wait)
    if step.request is None:
        return []
    problems: list[str] = []
    for number in range(1, step.repeat + 1):
        here = {**known, "n": number, "now": place.now()}
        deadline = time.monotonic() + place.patience
        while True:
            answer = send(step, place, here)
            problems = list(check(answer, step.expect, here))
            if not problems or time.monotonic() > deadline or not is_repeatable(answer):
                break
            time.sleep(float(answer.headers.get("retry-after", PAUSE)))
        if problems:
            break
        keep(step, answer, known)
    return problems


def is_repeatable(answer: httpx.Response) -> bool:
    """A read, or a write that was refused, changes nothing."""
    return answer.request.method == "GET" or 400 <= answer.status_code < 500


def send(step: Step, place: Place, known: dict[str, Any]) -> httpx.Response:
    """Send one request as its actor: on Graph the operator where no other is named, elsewhere nobody."""
    method, path = str(fill(step.request, known)).split(" ", 1)
    url = address(path, place)
    headers = {name: str(fill(value, known)) for name, value in step.headers.items()}
    actor = step.as_ or ("application" if is_graph(url.removeprefix(place.graph)) else "anonymous")
    if actor != "anonymous" and "Authorization" not in headers:
        headers["Authorization"] = f"Bearer {place.token(fill_actor(actor, known))}"
    content: dict[str, Any] = {}
    if step.body is not None:
        content["json"] = fill(step.body, known)
    elif step.form is not None:
        content["data"] = {name: str(fill(value, known)) for name, value in step.form.items()}
    elif step.raw is not None:
        content["content"] = str(fill(step.raw, known))
    if step.query:
        content["params"] = {name: str(fill(value, known)) for name, value in step.query.items()}
    answer = place.http.request(method, url, headers=headers, **content)
    place.note(method, path, answer)
    if step.sign_in:
        return sign_in(place.http, answer, SignIn(**fill(step.sign_in.model_dump(), known)))
    return answer


def keep(step: Step, answer: httpx.Response, known: dict[str, Any]) -> None:
    """Save the JSON answer, and what regular expressions pick out of the redirect or the body."""
    if step.save:
        kept = read_json(answer) or read_redirect(answer)
        known[step.save] = {**kept, "claims": read_claims(kept)} if read_claims(kept) else kept
    for name, pattern in step.pick.items():
        match = re.search(pattern, answer.headers.get("location", "")) or re.search(pattern, answer.text)
        if match is None:
            raise NotKnown(f"the answer to {step.request} has nothing to pick as '{name}'")
        known[name] = match[1]


def check(answer: httpx.Response, expect: Expect, known: dict[str, Any]) -> Iterator[str]:
    """A sentence for each way in which an answer is not the expected one."""
    status = answer.status_code
    code, message = read_error(answer)
    said = f": {code} {message}" if code else ""
    if expect.status is not None and status != expect.status:
        yield f"status is {status}, expected {expect.status}{said}"
    elif expect.status is None and not is_for_browser(answer) and (status >= 400) != (expect.error is not None):
        yield f"status is {status}{said}"
    if expect.error is not None and not is_error(expect.error, code, answer):
        yield f"error is {code}, expected {expect.error}{said}"
    if expect.message is not None and not re.search(str(fill(expect.message, known)), message):
        yield f"message is {message!r}, expected /{expect.message}/"
    if expect.text is not None and not re.search(str(fill(expect.text, known)), answer.text):
        yield f"the body does not hold /{expect.text}/"
    if expect.body is not None:
        yield from compare(fill(expect.body, known), read_json(answer))
    yield from check_sign_in(answer, expect, known)
    for name, pattern in expect.headers.items():
        value = answer.headers.get(name)
        if (pattern == "<absent>") != (value is None) or (
            value is not None and not re.search(str(fill(pattern, known)), value)
        ):
            yield f"header {name} is {show(value)}, expected /{pattern}/"


def check_sign_in(answer: httpx.Response, expect: Expect, known: dict[str, Any]) -> Iterator[str]:
    """The same for what an application is called with, and for tokens."""
    called = read_redirect(answer)
    if expect.redirect is not None:
        yield from compare(fill(expect.redirect, known), called, "redirect")
    if expect.claims:
        yield from compare(fill(expect.claims, known), read_claims(read_json(answer) or called), "claims")


def is_for_browser(answer: httpx.Response) -> bool:
    """Whether an answer is a page or leads to one: what status the service gives its error pages is not documented."""
    return answer.is_redirect or answer.headers.get("content-type", "").startswith("text/html")


def is_error(expected: str, code: str, answer: httpx.Response) -> bool:
    """Whether an answer is that error; AADSTS numbers are looked for in the list of codes and in the page."""
    number = AADSTS.fullmatch(expected)
    if number is None:
        return code == expected
    body = read_json(answer)
    codes = body.get("error_codes") if isinstance(body, dict) else None
    if codes is not None:
        return bool(codes == [int(number[1])])
    return number[1] in AADSTS.findall(answer.text + answer.headers.get("location", ""))


def read_error(answer: httpx.Response) -> tuple[str, str]:
    """Code and text of an error of Graph or of OAuth; of a page no code and all its text, of other JSON neither."""
    body = read_json(answer)
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, dict):
        return str(error.get("code")), str(error.get("message"))
    if isinstance(error, str):
        return error, str(body.get("error_description"))
    return "", answer.text if body is None else ""


def read_json(answer: httpx.Response) -> Any:
    """The JSON of an answer, None where it has none."""
    try:
        return answer.json() if answer.content else None
    except ValueError:
        return None
