"""What the parts of a table say of each other: keys that are not there, criteria that wait in a circle."""

from collections.abc import Iterator

from scoring.rules.criteria import CriteriaSet
from scoring.rules.params import Malformed

LONGEST_CHAIN = 30


def reference_errors(criteria: CriteriaSet) -> list[Malformed]:
    """Every wrong reference; a table with one cannot be computed."""
    return [*_unknown(criteria), *_circles(criteria)]


def _references(criteria):
    """(where, key, reference) for everything that names a node."""
    for node in criteria.leaves:
        if node.only_if:
            yield node.label, node.key, node.only_if
    for gate in criteria.gates:
        for condition in gate.conditions:
            yield f"Điều kiện {gate.code}", gate.key, condition
    for place, link in enumerate(criteria.tie_break, 1):
        if link.node:
            yield f"Xét khi bằng điểm, dòng {place}", "", link


def _unknown(criteria) -> Iterator[Malformed]:
    for where, key, reference in _references(criteria):
        node = criteria.by_key.get(reference.node)
        if node is None:
            yield Malformed(where, f"nói đến mục “{reference.node}”, không có trong bảng", key)
        elif reference.input and reference.input not in {one.name for one in node.inputs()}:
            yield Malformed(
                where, f"mục “{reference.node}” không có dữ kiện “{reference.input}”", key
            )


def _circles(criteria) -> Iterator[Malformed]:
    """Criteria whose points depend on themselves through "only_if", or on too long a chain."""
    depths: dict[str, int] = {}
    found: list[Malformed] = []
    for key in criteria.by_key:
        _depth(criteria, key, [], depths, found)
    yield from found


def _depth(criteria, key, path, depths, found):
    """How long the chain of nodes below this one is; what is wrong with it goes to `found`."""
    if key in path:
        circle = path[path.index(key) :]
        names = " → ".join(criteria.by_key[one].short for one in (*circle, key))
        node = criteria.by_key[key]
        found.append(Malformed(node.label, f"phụ thuộc vòng quanh: {names}", key))
        return 0
    if key not in depths:
        needed = _needed(criteria, criteria.by_key[key])
        path.append(key)
        below = [_depth(criteria, one, path, depths, found) for one in needed]
        path.pop()
        depths[key] = 1 + max(below, default=0)
        if depths[key] > LONGEST_CHAIN:
            depths[key] = 0
            node = criteria.by_key[key]
            message = f"phụ thuộc nối tiếp quá {LONGEST_CHAIN} mục"
            found.append(Malformed(node.label, message, key))
    return depths[key]


def _needed(criteria, node):
    """Keys of the nodes whose points this one's depend on."""
    if not node.is_leaf:
        return [child.key for child in node.children]
    condition = node.only_if
    if condition and not condition.input and condition.node in criteria.by_key:
        return [condition.node]
    return []
