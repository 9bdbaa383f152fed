# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A user at the identity platform's pages: forms filled in and sent, until the application is called or a page says no."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx

from fidelity.model import SignIn

MOST_PAGES = 15
USER_CODE = ("otc", "user_code")  # names of the field for the code of a device
REFUSING = ("cancel", "deny", "no")  # values of the buttons that refuse


@dataclass
class Form:
    """A form of a page: where it goes, its fields, and the values of its buttons by their names."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    @property
    def asks(self) -> str:
        """What the user has to know: the password, or the code that a device shows."""
        if "password" in self.types.values():
            return "password"
        return "code" if set(USER_CODE) & set(self.fields) else ""


class Forms(HTMLParser):
    """Reads the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a form, or enter a field or button of the last one."""
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form(values.get("action", ""), values.get("method", "get").upper()))
        elif tag in ("input", "button") and self.found and values.get("name"):
            kind = values.get("type", "submit" if tag == "button" else "text")
            if kind == "submit":
                self.found[-1].buttons.append((values["name"], values.get("value", "")))
            elif kind not in ("checkbox", "radio") or "checked" in values:
                self.found[-1].fields[values["name"]] = values.get("value", "")
                self.found[-1].types[values["name"]] = kind


def sign_in(http: httpx.Client, answer: httpx.Response, who: SignIn) -> httpx.Response:
    """Go on from the first page as that user; returns the answer that calls the application, or the page that ends it."""
    origin = _origin(str(answer.request.url))
    entered: set[str] = set()
    for _turn in range(MOST_PAGES):
        if answer.is_redirect:
            target = urljoin(str(answer.request.url), answer.headers["location"])
            if _origin(target) != origin:
                return answer
            answer = http.get(target)
            continue
        form = next((form for form in read_forms(answer) if form.buttons or form.asks), None)
        if form is None or form.asks in entered or (form.asks and not who.user):
            return answer
        target = urljoin(str(answer.request.url), form.action)
        if _origin(target) != origin:
            return answer
        entered |= {form.asks} - {""}
        answer = http.request(form.method, target, data=fill_in(form, who))
    raise ValueError(f"the sign-in does not end: {MOST_PAGES} pages")


def fill_in(form: Form, who: SignIn) -> dict[str, str]:
    """What the user sends: name, password or code in the fields for them, and the button that accepts or refuses."""
    data = dict(form.fields)
    for name, kind in form.types.items():
        if kind == "password":
            data[name] = who.password
        elif kind in ("text", "email"):
            data[name] = who.user_code if name in USER_CODE else who.user
    if form.buttons:
        refusing = [button for button in form.buttons if button[1] in REFUSING]
        accepting = [button for button in form.buttons if button not in refusing]
        name, value = (accepting if who.consent or not refusing else refusing)[0]
        data[name] = value
    return data


def read_forms(answer: httpx.Response) -> list[Form]:
    """The forms of a page, none where the answer is no page."""
    if not answer.headers.get("content-type", "").startswith("text/html"):
        return []
    forms = Forms()
    forms.feed(answer.text)
    return forms.found


def read_redirect(answer: httpx.Response) -> dict[str, str]:
    """What an application is called with: the query and fragment of the redirect, or the form that calls it."""
    if answer.is_redirect:
        parts = urlsplit(answer.headers["location"])
        return dict(parse_qsl(parts.query, keep_blank_values=True) + parse_qsl(parts.fragment, keep_blank_values=True))
    here = _origin(str(answer.request.url))
    for form in read_forms(answer):
        if _origin(urljoin(str(answer.request.url), form.action)) != here:
            return form.fields
    return {}


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()
