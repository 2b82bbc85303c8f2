"""A topic taken apart where several are named: "privacy or anonymity", "drones / UAVs". Pure."""

from __future__ import annotations

import re

_BOTH = re.compile(r"both\s+(.+?)\s+and\s+(.+)", re.I)
_SLASH = re.compile(r"\s+/\s+|(?<=[a-z]{4})/(?=[a-z]{4})", re.I)
_CALLED_ALSO = re.compile(r"^([^()]+?)\s*\(((?:[^\W\d_][\w-]*\s?){1,3})\)$")
_SOME = re.compile(r"([^()]+?)\s*\(([^()]+(?:,| and | or )[^()]+)\)")
"""A topic, and some of what belongs to it in brackets: "animation (avatars, lip sync)"."""
_DOING = re.compile(r"(?P<verbs>\w+ing(?:, \w+ing)*,? or \w+ing) (?P<what>.+)", re.I)
"""Several things that are done to one: "pruning or quantising networks"."""
_CLAUSE = re.compile(
    r"(?P<before>(?:how|why|what|whether) .* )(?P<one>[\w-]+) / (?P<other>[\w-]+)(?P<after>.*)",
    re.I,
)
"""Two words for one in a clause: "how numbers / quantities are stored"."""
_NAMED = re.compile(
    r"(?P<all>[^,:()]+?)(?:(?P<some>[:,]? \(?(?:e\.g\.|for (?:example|instance)),?)|:) "
    r"(?P<each>[^():]+?)\)?",
    re.I,
)
"""A topic and some of what belongs to it: "maths: algebra, geometry"."""
_EACH = re.compile(r",? (?:and/or|and|or) |, ", re.I)
_AND_SO_ON = re.compile(
    r"[,;]?\s+(?:(?:and|or) (?:so(?: on| forth)?|such|the like|similar|related|otherwise|"
    r"something|anything|whatever|other (?:such )?(?:things|stuff))|etc|in (?:some|any|one) "
    r"(?:form|way)(?: or another)?|of (?:some|any) (?:sort|kind))\W*$",
    re.I,
)
_ALSO_ON = re.compile(r"\s+and\s+(?:on|about|with|in|for)\s+", re.I)
_TWO = re.compile(
    r"(?!both |between )(?P<one>[\w-]+(?: [\w-]+){0,3}?) and "
    r"(?P<other>[\w-]+(?: [\w-]+){0,3})",
    re.I,
)
_OR = re.compile(r"\s+(?:and/)?or\s+(?!not\b|without\b)", re.I)
_JOINING = re.compile(
    r"\b(?:about|on|in|for|of|with|without|by|to|from|at|into|using|through|as|how|what|why|when|"
    r"where|whether|that|which|and|than|between|the|an?)\s+",
    re.I,
)
_OF_ALL = re.compile(r"[\w-]+ (?P<tail>(?:of|by) (?!.* or ).+)", re.I)
"""What is said of several things: "tumours or lesions *of the brain*"."""
_LIKE_ADJECTIVE = re.compile(
    r"(?:\w{2}(?:al|ic|ive|able|ible|ary|ous|ful|less|ar|[ae]nt|ing|ed)|\w+-\w+)$", re.I
)


def alternatives(topic: str) -> tuple[list[str], bool]:
    """The topics that one names, and whether a work has to be about every one of them.

    Of "privacy or anonymity" one is enough, as of "privacy and on speed"; "both privacy and speed"
    need both.
    """
    topic = re.sub(r"^either\s+", "", _AND_SO_ON.sub("", topic), flags=re.I)
    if m := _BOTH.fullmatch(topic):
        return [m[1], m[2]], True
    if m := _NAMED.fullmatch(topic):
        each = [m["all"] if m["some"] else "", *_EACH.split(m["each"])]
        return [one for part in each if (one := part.strip(" ,"))] or [topic], False
    if m := _DOING.fullmatch(topic):
        each = alternatives(m["what"])[0]
        return [f"{verb} {what}" for verb in _EACH.split(m["verbs"]) for what in each], False
    if m := _CLAUSE.fullmatch(topic):
        return [f"{m['before']}{word}{m['after']}" for word in (m["one"], m["other"])], False
    if m := _SOME.fullmatch(topic):
        return [*alternatives(m[1])[0], *_EACH.split(m[2])], False
    topic = _CALLED_ALSO.sub(r"\1 or \2", _SLASH.sub(" or ", topic))
    parts = [one for part in _ALSO_ON.split(topic) for one in _either(part)]
    return list(dict.fromkeys(part for part in parts if part)) or [topic], False


def apart(topic: str) -> list[str]:
    """The topics that one names, each for itself, and not as another name or a part of the rest."""
    beside = any(p.fullmatch(topic) for p in (_NAMED, _SOME, _CALLED_ALSO))
    return [topic] if beside or _SLASH.search(topic) else alternatives(topic)[0]


def two(topic: str) -> tuple[str, ...]:
    """The two things that a topic names, "cars and bees"; none of any other topic."""
    m = _TWO.fullmatch(topic)
    return (m["one"], m["other"]) if m else ()


def _either(topic: str) -> list[str]:
    """What stands on either side of an "or", with what both share before and behind it."""
    m = _OR.search(topic)
    if m is None:
        return [topic.strip(" ,")]
    left, right = topic[: m.start()].rstrip(" ,"), topic[m.end() :]
    joins = list(_JOINING.finditer(left))
    head = left[: joins[-1].end()] if joins else ""
    if again := _JOINING.match(right):  # "of cats or of dogs"
        right = right[again.end() :] if head.lower().endswith(again[0].lower()) else right
    named = left[len(head) :].split(", ")
    tail = ""
    if " " not in named[-1] and (head or _LIKE_ADJECTIVE.search(named[-1])):
        tail = right.partition(" ")[2]
        tail = "" if _JOINING.match(tail) or _OR.search(f" {tail}") else tail
    elif not head and all(" " not in name for name in named) and (m := _OF_ALL.match(right)):
        tail = m["tail"]
    first = [f"{head}{name} {tail}".strip() for name in named]
    return [*first, *_either(f"{head}{right}" if tail or head else right)]
