"""The rules of a criterion in words, for reading pages and for the difference of two versions."""

from dataclasses import dataclass

from scoring.authoring import lines, words
from scoring.rules import KINDS, Param


@dataclass(frozen=True)
class RuleWords:
    """One rule: its kind's label, its settings in one line, its rows one by one, the rules inside."""

    label: str
    settings: str
    rows: tuple[str, ...] = ()
    inner: tuple["RuleWords", ...] = ()


def params_of(kind: str, depth: int = 0) -> tuple[Param, ...]:
    """What a rule of this kind takes, in the order of forms and of the sheet; () when unknown."""
    if kind not in KINDS:
        return ()
    return (*KINDS[kind].params, *(() if depth else words.RULE_PARAMS))


def kind_label(kind: str) -> str:
    return KINDS[kind].label if kind in KINDS else kind


def rules_of(node: dict) -> list[RuleWords]:
    return [_words(part) for part in node.get("parts") or ()]


def _words(part, depth=0):
    kind = part.get("kind", "")
    params = params_of(kind, depth)
    plain = [param for param in params if param.type not in lines.ROWS]
    rows = lines.written([param for param in params if param.type in lines.ROWS], part)
    return RuleWords(
        kind_label(kind),
        "; ".join(f"{label}: {said[0]}" for label, said in lines.written(plain, part)),
        tuple(lines.KEYED.sub("", line) for _label, said in rows for line in said),
        tuple(_words(inner, depth + 1) for inner in part.get("parts") or ()),
    )
