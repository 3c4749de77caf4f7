"""Edits of a table's tree: a document in, another document out; the one given is never changed.

A node is found by its key. Raises Refused for what cannot be done.
"""

import re
from copy import deepcopy
from dataclasses import dataclass

from khoithidua import text

FURTHEST = 500
NOT_THERE = "Mục này không còn trong bảng: có người vừa xóa. Hãy tải lại trang."


class Refused(ValueError):
    """An edit that cannot be done; the message is for the person who asked for it."""


@dataclass(frozen=True)
class Place:
    """A node where it stands: its list, its index there, its parent (None for the topmost)."""

    node: dict
    siblings: list
    index: int
    parent: dict | None
    depth: int
    section: str

    @property
    def is_group(self) -> bool:
        return is_group(self.node)


def is_group(node: dict) -> bool:
    """Without rules of its own it is a group, empty or not."""
    return not node.get("parts")


def walk(document: dict):
    """Every node with its place, from top to bottom."""

    def below(nodes, parent, depth, section):
        for index, node in enumerate(nodes):
            own = section or node.get("section") or "base"
            yield Place(node, nodes, index, parent, depth, own)
            yield from below(node.get("children") or [], node, depth + 1, own)

    yield from below(document["nodes"], None, 1, "")


def find(document: dict, key: str) -> Place:
    for place in walk(document):
        if place.node["key"] == key:
            return place
    raise Refused(NOT_THERE)


def keys(document: dict) -> set[str]:
    return {place.node["key"] for place in walk(document)}


def new_key(taken: set[str], code: str) -> str:
    """A key that nobody has, from the printed code where there is one."""
    plain = "".join(char if char.isascii() else text.fold(char) for char in code)
    base = re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip("-._")[:34]
    if base and base not in taken:
        return base
    base = base or "M"
    number = next(n for n in range(1, FURTHEST * 2) if f"{base}-{n}" not in taken)
    return f"{base}-{number}"


def add(document: dict, node: dict, *, parent: str = "") -> dict:
    """The node as the last of a group, or of the whole table."""
    document = deepcopy(document)
    _children(document, parent).append(deepcopy(node))
    return document


def replace(document: dict, key: str, node: dict, *, parent: str | None = None) -> dict:
    """Another node in place of this one, its children kept; under another parent when one is named."""
    document = deepcopy(document)
    place = find(document, key)
    kept = {"children": place.node["children"]} if place.node.get("children") else {}
    changed = {**deepcopy(node), **kept}
    place.siblings[place.index] = changed
    now = place.parent["key"] if place.parent else ""
    if parent is not None and parent != now:
        _move_to(document, find(document, key), parent)
    return document


def _move_to(document, place, parent):
    inside = {one.node["key"] for one in walk({"nodes": [place.node]})}
    if parent in inside:
        raise Refused("Không chuyển một nhóm vào bên trong chính nó.")
    target = _children(document, parent)
    del place.siblings[place.index]
    _tidy(document)
    if parent:
        place.node.pop("section", None)
    elif place.section != "base":
        place.node["section"] = place.section
    target.append(place.node)
    if parent:
        find(document, parent).node["children"] = target


def _children(document, parent):
    """The list below a group; the topmost for ""."""
    if not parent:
        return document["nodes"]
    place = find(document, parent)
    if not place.is_group:
        raise Refused(f"{label(place.node)} là tiêu chí, không chứa được mục khác.")
    return place.node.setdefault("children", [])


def move(document: dict, key: str, steps: int) -> dict:
    """The node one or more places down (up: negative) among its siblings."""
    document = deepcopy(document)
    place = find(document, key)
    target = place.index + steps
    if 0 <= target < len(place.siblings):
        place.siblings.insert(target, place.siblings.pop(place.index))
    return document


def copy(document: dict, key: str) -> tuple[dict, str]:
    """A copy right behind the node, with new keys; returns the key of the copy too."""
    document = deepcopy(document)
    place = find(document, key)
    taken, twin = keys(document), deepcopy(place.node)
    for inner in walk({"nodes": [twin]}):
        inner.node["key"] = new_key(taken, inner.node["key"])
        taken.add(inner.node["key"])
    twin["name"] = f"{twin['name']} (bản chép)"
    place.siblings.insert(place.index + 1, twin)
    return document, twin["key"]


def delete(document: dict, key: str) -> dict:
    document = deepcopy(document)
    place = find(document, key)
    del place.siblings[place.index]
    _tidy(document)
    return document


def _tidy(document):
    """A group that lost its last criterion says nothing of children."""
    for place in list(walk(document)):
        if place.node.get("children") == []:
            del place.node["children"]


def pointing_at(document: dict, key: str) -> list[str]:
    """What else in the table speaks of this node or one below: it would be left in the air."""
    inside = {one.node["key"] for one in walk({"nodes": [find(document, key).node]})}
    found = [
        f"điều kiện của {label(place.node)}"
        for place in walk(document)
        if place.node["key"] not in inside
        and (place.node.get("only_if") or {}).get("node") in inside
    ]
    for gate in document.get("gates", ()):
        raw = gate.get("when") or []
        if any(one.get("node") in inside for one in ([raw] if isinstance(raw, dict) else raw)):
            found.append(f"điều kiện {gate.get('code') or gate['key']}")
    if any(link.get("node") in inside for link in document.get("tie_break", ())):
        found.append("thứ tự xét khi bằng điểm")
    return found


def groups(document: dict, *, without: str = "") -> list[Place]:
    """Where a node may be put: every group but itself and those below it."""
    inside = set()
    if without:
        inside = {one.node["key"] for one in walk({"nodes": [find(document, without).node]})}
    return [place for place in walk(document) if place.is_group and place.node["key"] not in inside]


def label(node: dict) -> str:
    """How messages and lists name a node: code and name."""
    return f"{node.get('code', '')} {node.get('name', '')}".strip() or node["key"]
