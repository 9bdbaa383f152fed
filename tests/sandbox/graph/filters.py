# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""$filter: parsed by the odata-query library, allowed by the property's operators, turned into a predicate.

Operators per property: the resource pages of the Graph reference. ne, not and endsWith are advanced queries:
https://learn.microsoft.com/graph/aad-advanced-queries
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from odata_query import ast
from odata_query.exceptions import ODataException
from odata_query.grammar import ODataLexer, ODataParser

from sandbox.graph.errors import GraphError, bad_request, not_built, unsupported_query
from sandbox.graph.schema import Property, Type, find_type
from sandbox.store import Record, fold

Predicate = Callable[[Record], bool]
#: The operators that take the advanced query parameters, as messages write them.
ADVANCED = {"ne": "ne", "not": "not", "endswith": "endsWith"}
COMPARATORS = {ast.Eq: "eq", ast.NotEq: "ne", ast.GtE: "ge", ast.LtE: "le", ast.In: "in", ast.Gt: "gt", ast.Lt: "lt"}
FUNCTIONS: dict[str, Callable[[str, str], bool]] = {"startswith": str.startswith, "endswith": str.endswith}


def build_filter(text: str, kind: Type, version: str, advanced: bool) -> Predicate:
    """The predicate of a $filter over records of that type; raises 400 on anything the service would not take.

    `advanced` says that the request has ConsistencyLevel: eventual and $count=true.
    """
    return _Builder(kind, version, advanced).build(parse_filter(text))


@lru_cache(maxsize=512)
def parse_filter(text: str) -> Any:
    """The syntax tree of a $filter; raises 400 where it is none."""
    if "/$count" in text:
        raise not_built("$count inside a $filter")
    try:
        return _make_parser().parse(ODataLexer().tokenize(text.strip()))
    except ODataException as error:
        raise bad_request(f"Invalid filter clause: {error}", "BadRequest") from None


def _make_parser() -> Any:
    """The library's parser, made to take what Graph takes too: function names in any case, not(...) with no space."""
    parser: Any = ODataParser()
    known = parser._function_call

    def call(name: ast.Identifier, args: list[Any]) -> Any:
        lower = name.name.lower()
        if lower == "not" and len(args) == 1:
            return ast.UnaryOp(ast.Not(), args[0])
        if lower == "isof" and len(args) == 1:
            return ast.Call(ast.Identifier(lower), args)
        return known(ast.Identifier(lower, name.namespace), args)

    parser._function_call = call
    return parser


class _Builder:
    def __init__(self, kind: Type, version: str, advanced: bool) -> None:
        self.kind = kind
        self.version = version
        self.advanced = advanced

    def build(self, node: Any) -> Predicate:
        if isinstance(node, ast.BoolOp):
            left, right = self.build(node.left), self.build(node.right)
            if isinstance(node.op, ast.And):
                return lambda record: left(record) and right(record)
            return lambda record: left(record) or right(record)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return self._build_not(node.operand)
        if isinstance(node, ast.CollectionLambda):
            return self._build_any(node)
        name, operator, wanted = self._read_test(node)
        known = self._known(name)
        self._allow(known, operator, null=wanted is None)
        test = _test(operator, wanted)
        if known.collection:
            raise unsupported_query(f"Property '{name}' is a collection: use any() in the filter.")
        return lambda record: test(record.get(name))

    def _build_not(self, operand: Any) -> Predicate:
        inner = self.build(operand)
        for name in _names(operand):
            self._allow(self._known(name), "not")
        return lambda record: not inner(record)

    def _build_any(self, node: ast.CollectionLambda) -> Predicate:
        name = _path(node.owner)
        known = self._known(name)
        if not known.collection or not isinstance(node.operator, ast.Any) or node.lambda_ is None:
            raise unsupported_query(f"Unsupported or invalid query filter clause specified for property '{name}'.")
        variable = node.lambda_.identifier.name
        inside, operator, wanted = self._read_test(node.lambda_.expression)
        test = _test(operator, wanted)
        if inside == variable:
            self._allow(known, operator, null=wanted is None)
            return lambda record: any(test(item) for item in record.get(name) or [])
        if not inside.startswith(f"{variable}/") or not known.complex:
            raise unsupported_query(f"Unsupported or invalid query filter clause specified for property '{name}'.")
        part = inside.partition("/")[2]
        if part not in find_type(known.type).properties:
            raise _unknown(part, known.type)
        self._allow(known, operator, null=wanted is None)
        return lambda record: any(test(item.get(part)) for item in record.get(name) or [])

    def _read_test(self, node: Any) -> tuple[str, str, Any]:
        """The property's path, the operator and the value of one comparison or function."""
        if isinstance(node, ast.Compare) and isinstance(node.left, ast.Identifier | ast.Attribute):
            if isinstance(node.right, ast.Identifier | ast.Attribute | ast.Call):
                raise bad_request("Invalid filter clause: a value is expected on the right.", "BadRequest")
            return _path(node.left), COMPARATORS[type(node.comparator)], _value(node.right)
        if isinstance(node, ast.Call) and node.func.name in FUNCTIONS:
            field, value = node.args
            if isinstance(field, ast.Identifier | ast.Attribute) and isinstance(value, ast.String):
                return _path(field), node.func.name, value.val
        raise unsupported_query("Unsupported or invalid query filter clause specified.")

    def _known(self, name: str) -> Property:
        first, _ignored, rest = name.partition("/")
        known = self.kind.known(first, self.version)
        if known is None:
            raise _unknown(first, self.kind.name)
        if rest:
            raise unsupported_query(f"Unsupported or invalid query filter clause specified for property '{name}'.")
        return known

    def _allow(self, known: Property, operator: str, *, null: bool = False) -> None:
        refused = operator not in known.operators or (null and "null" not in known.operators and operator == "eq")
        if refused:
            raise unsupported_query(
                f"Unsupported or invalid query filter clause specified for property '{known.name}' "
                f"of resource '{self.kind.name[:1].upper()}{self.kind.name[1:]}'."
            )
        by_index = operator in ADVANCED or known.advanced or (null and self.kind.name == "user")
        if by_index and not self.advanced:
            raise unsupported_query(
                f"Operator '{ADVANCED.get(operator, operator)}' is not supported because the required parameters might be "
                "missing. Try adding $count=true query parameter and ConsistencyLevel:eventual header. Refer to "
                "https://aka.ms/graph-docs/advanced-queries for more information"
            )


def _unknown(name: str, type_name: str) -> GraphError:
    return bad_request(
        f"Invalid filter clause: Could not find a property named '{name}' on type 'microsoft.graph.{type_name}'.",
        "BadRequest",
    )


def _path(node: Any) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_path(node.owner)}/{node.attr}"
    return str(node.full_name())


def _names(node: Any) -> set[str]:
    """The properties that an expression speaks of."""
    if isinstance(node, ast.BoolOp):
        return _names(node.left) | _names(node.right)
    if isinstance(node, ast.UnaryOp):
        return _names(node.operand)
    if isinstance(node, ast.CollectionLambda):
        return {_path(node.owner)}
    return {_path(node.left if isinstance(node, ast.Compare) else node.args[0])}


def _value(node: Any) -> Any:
    if isinstance(node, ast.List):
        return [_value(item) for item in node.val]
    if isinstance(node, ast.Null):
        return None
    if isinstance(node, ast.Boolean | ast.Integer | ast.Float):
        return node.py_val
    return node.val


def _test(operator: str, wanted: Any) -> Callable[[Any], bool]:
    """A test of one value. Strings are compared without regard to case, as the directory does."""
    if operator == "in":
        choices = [fold(item) for item in wanted]
        return lambda value: fold(value) in choices
    goal = fold(wanted)
    if operator in FUNCTIONS:
        function = FUNCTIONS[operator]
        return lambda value: isinstance(value, str) and function(value.casefold(), goal)
    if operator == "eq":
        return lambda value: bool(fold(value) == goal)
    if operator == "ne":
        return lambda value: bool(fold(value) != goal)
    if operator == "ge":
        return lambda value: type(value) is type(wanted) and bool(fold(value) >= goal)
    return lambda value: type(value) is type(wanted) and bool(fold(value) <= goal)
