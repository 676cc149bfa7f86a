"""Asks of one element whether a list of CSS selectors matches it.

In: a selector list, once; then an element's tag and attributes. Out: yes or no.

The parser's own engine reads its list of selectors anew each time, and a page class names dozens of boxes that are no
prose: telling them by their classes while the story is walked through takes a quarter of the time.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache

Attributes = Mapping[str, str | None]
_Test = Callable[[str, Attributes], bool]

_LIST = re.compile(r"""\s*((?:[^,\[(]|\[(?:[^\]"']|"[^"]*"|'[^']*')*\]|\((?:[^()]|\([^()]*\))*\))+)(?:,|$)""")
_COMPOUND = re.compile(r"""[\w-]+|[.#][\w-]+|\[[\w-]+(?:[~|^$*]?=(?:"[^"]*"|'[^']*'|[\w-]+))?\]""")
_CLASS_ENDING = re.compile(r"""\[class\$=["']?([^"'\]]+)["']?\]""")
_BEGINNING = re.compile(r"""\[([\w-]+)\^=["']?([^"'\]]+)["']?\]""")
_ATTRIBUTE = re.compile(r"""\[([\w-]+)(?:([~|^$*]?)=["']?([^"']*?)["']?)?\]""")


class Selectors:
    """A selector list.

    What is a tag, class, id or attribute, or several of them on one element, is told here; what asks for an element's
    surroundings stays, as `others`, with the parser's engine.
    """

    __slots__ = ("_beginnings", "_by_attribute", "_by_class", "_by_id", "_by_tag", "_endings", "others")

    def __init__(self, selectors: str) -> None:
        self._by_class: dict[str, list[_Test]] = {}
        self._by_id: dict[str, list[_Test]] = {}
        self._by_tag: dict[str, list[_Test]] = {}
        self._by_attribute: dict[str, list[_Test]] = {}
        self._beginnings: dict[str, tuple[str, ...]] = {}
        self._endings: tuple[str, ...] = ()
        others = [one for one in split_list(selectors) if not self._take(one)]
        self.others = ", ".join(others)
        """The selectors of the list that are not told here; empty where all are."""

    @property
    def tags(self) -> AbstractSet[str]:
        """The tags that a selector names: of any other element its attributes decide."""
        return self._by_tag.keys()

    def match(self, tag: str, attributes: Attributes) -> bool:
        if tag in self._by_tag and _passes(self._by_tag[tag], tag, attributes):
            return True
        if not attributes:
            return False
        classes = attributes.get("class")
        if classes and (self._matches_class(classes, tag, attributes) or classes.endswith(self._endings)):
            return True
        own = attributes.get("id")
        if own and own in self._by_id and _passes(self._by_id[own], tag, attributes):
            return True
        return self._matches_attribute(tag, attributes)

    def _matches_attribute(self, tag: str, attributes: Attributes) -> bool:
        for name in attributes:
            if name in self._beginnings and (attributes[name] or "").startswith(self._beginnings[name]):
                return True
            if name in self._by_attribute and _passes(self._by_attribute[name], tag, attributes):
                return True
        return False

    def _matches_class(self, classes: str, tag: str, attributes: Attributes) -> bool:
        names = classes.split()
        if self._by_class.keys().isdisjoint(names):
            return False
        return any(name in self._by_class and _passes(self._by_class[name], tag, attributes) for name in names)

    def _take(self, selector: str) -> bool:
        parts = _COMPOUND.findall(selector)
        if "".join(parts) != selector:
            return False
        # What tells most is looked up first: an id, a class, a tag, and only then each attribute.
        key = min(parts, key=lambda part: {"#": 0, ".": 1, "[": 3}.get(part[0], 2))
        tests = [_test(part) for part in parts if part is not key]
        rest = _all(tests)
        if key[0] == ".":
            self._by_class.setdefault(key[1:], []).append(rest)
        elif key[0] == "#":
            self._by_id.setdefault(key[1:], []).append(rest)
        elif ending := _CLASS_ENDING.fullmatch(selector):
            self._endings += (ending[1],)
        elif beginning := _BEGINNING.fullmatch(selector):
            self._beginnings[beginning[1]] = (*self._beginnings.get(beginning[1], ()), beginning[2])
        elif key[0] == "[":
            name = _ATTRIBUTE.fullmatch(key)[1]  # type: ignore[index]
            self._by_attribute.setdefault(name, []).append(_all([_test(key), *tests]))
        else:
            self._by_tag.setdefault(key.lower(), []).append(rest)
        return True


@lru_cache(maxsize=128)
def compiled(selectors: str) -> Selectors:
    return Selectors(selectors)


def split_list(selectors: str) -> list[str]:
    """The selectors between the commas of a list: ":not(a, b)" and '[title="a, b"]' hold none."""
    return [one for match in _LIST.finditer(selectors) if (one := match[1].strip())]


def _passes(tests: Sequence[_Test], tag: str, attributes: Attributes) -> bool:
    for test in tests:  # noqa: SIM110 - asked of each element, and most often there is one test
        if test(tag, attributes):
            return True
    return False


def _all(tests: list[_Test]) -> _Test:
    """One test in place of several; of none, one that passes."""
    if len(tests) == 1:
        return tests[0]
    return lambda tag, attributes: all(test(tag, attributes) for test in tests)


def _test(part: str) -> _Test:
    if part[0] == ".":
        return lambda _, attributes: part[1:] in (attributes.get("class") or "").split()
    if part[0] == "#":
        return lambda _, attributes: attributes.get("id") == part[1:]
    if part[0] == "[":
        return _attribute_test(part)
    return lambda tag, _: tag == part.lower()


def _attribute_test(part: str) -> _Test:
    match = _ATTRIBUTE.fullmatch(part)
    assert match is not None
    name, operator, wanted = match[1], match[2], match[3]
    if wanted is None:
        return lambda _, attributes: name in attributes
    tests: dict[str, Callable[[str], bool]] = {
        "": lambda value: value == wanted,
        "~": lambda value: wanted in value.split(),
        "|": lambda value: value == wanted or value.startswith(f"{wanted}-"),
        "^": lambda value: bool(wanted) and value.startswith(wanted),
        "$": lambda value: bool(wanted) and value.endswith(wanted),
        "*": lambda value: bool(wanted) and wanted in value,
    }
    test = tests[operator]
    return lambda _, attributes: test(attributes.get(name) or "")
