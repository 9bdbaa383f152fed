# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a case file may hold. README: docs/sandbox.md.

A case is requests and what is expected of their answers; `${...}` in any text is filled in by placeholders.py, and
what `expect` may say of a value is in shapes.py.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, StringConstraints, model_validator

Text = Annotated[str, StringConstraints(min_length=1)]
Request = Annotated[str, StringConstraints(pattern=r"^(GET|POST|PATCH|PUT|DELETE|OPTIONS|HEAD) \S")]
Confidence = Literal["documented", "attested", "reported"]
CONFIDENCE: dict[Confidence, str] = {
    "documented": "a page of Microsoft's documentation says so",
    "attested": "the cited project or thread saw the real service do it, or codes around it",
    "reported": "a single report",
}


class Strict(BaseModel):
    """Unknown keys are errors, and nothing changes after it was read."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Client(Strict):
    """An application that holds just these permissions of Microsoft Graph and these directory roles."""

    permissions: list[str] = []
    directory_roles: list[str] = []


class User(Strict):
    """A user by object id or user principal name, with just these scopes (none: all that the operator was granted)."""

    user: Text
    scopes: list[str] | None = None
    client_id: str | None = None


Actor = Literal["application", "delegated", "anonymous"] | Client | User


class SignIn(Strict):
    """A user who goes through the pages that a request leads to, or a browser that is signed in already.

    consent: whether the user accepts what is asked. user_code: what a device shows.
    """

    user: str = ""
    password: str = ""
    consent: bool = True
    user_code: str = ""


class Expect(Strict):
    """What an answer must be. Every key is optional; without `status` the answer must not be an error.

    error: Graph's error.code, OAuth's `error`, or a number of the identity platform ("AADSTS70011").
    message: a regular expression found in the error's text. text: one found in the whole body.
    body: a subset of the JSON body. headers: a regular expression for each, or "<absent>".
    redirect: a subset of what the application is called with. claims: of each token (access_token, id_token) a subset
    of its claims, and of its header as `<header>`.
    """

    status: int | None = None
    error: Text | None = None
    message: Text | None = None
    text: Text | None = None
    body: Any = None
    headers: dict[str, str] = {}
    redirect: dict[str, Any] | None = None
    claims: dict[Literal["access_token", "id_token"], dict[str, Any]] = {}


class Step(Strict):
    """One request, or a wait of virtual seconds before it.

    query: its parameters. sign_in: who goes through the pages it leads to. save: keeps the JSON answer, or what the
    application is called with, under that name, with the claims of its tokens. pick: keeps the first group of each
    regular expression, searched in the Location header and then in the body. repeat: so many times, with `${n}` from 1.
    raw: the body as it stands.
    """

    request: Request | None = None
    as_: Actor | None = Field(None, alias="as")
    headers: dict[str, str] = {}
    query: dict[str, str] = {}
    sign_in: SignIn | None = None
    body: Any = None
    form: dict[str, str] | None = None
    raw: str | None = None
    save: Text | None = None
    pick: dict[str, str] = {}
    wait: float = 0
    repeat: int = 1
    expect: Expect = Expect()

    @model_validator(mode="after")
    def has_something_to_do(self) -> Step:
        """A step without a request is a wait, and a request has one body."""
        if self.request is None and not self.wait:
            raise ValueError("a step needs a request or a wait")
        if sum(one is not None for one in (self.body, self.form, self.raw)) > 1:
            raise ValueError("a request has one of body, form and raw")
        return self


class Case(Step):
    """One claim about the service, with its source."""

    case: Text
    source: HttpUrl
    confidence: Confidence
    live: bool = False
    settings: dict[str, Any] = {}
    faults: list[dict[str, Any]] = []
    given: list[Step] = []
    then: list[Step] = []
    difference: Text | None = None

    @model_validator(mode="after")
    def makes_sense(self) -> Case:
        """A case asks something; what runs against a live tenant is what an application alone can do there."""
        if self.request is None:
            raise ValueError("a case needs a request")
        if self.live and (self.settings or self.faults or any(step.wait for step in self.steps)):
            raise ValueError("settings, faults and wait are the sandbox's: leave out live")
        if self.live and any(step.sign_in for step in self.steps):
            raise ValueError("nobody is there to sign in live: leave out live")
        if self.live and any(step.as_ not in (None, "application", "anonymous") for step in self.steps):
            raise ValueError("a live run signs in as an application only: leave out live")
        return self

    @property
    def steps(self) -> list[Step]:
        """All requests in their order."""
        return [*self.given, self, *self.then]


class Family(Strict):
    """A case file: cases on one subject. `steps` is for YAML anchors, which the cases share."""

    family: Text
    steps: list[Any] = []
    cases: list[Case] = Field(min_length=1)
