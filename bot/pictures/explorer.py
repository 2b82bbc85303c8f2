"""The explorer: a graph as one page that runs in any browser, without a network.

The page holds its data as JSON in a script that does not run, and its policy lets nothing run but
the page's own script and style, known by their hashes.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from string import Template

from bot.markdown import address, clean
from bot.pictures import layout
from bot.pictures.network import strengths, weights
from retrieval.graph.nodes import Neighbourhood, Node

LONGEST_NAME = 60


def page(hood: Neighbourhood) -> str:
    """The page that explores a neighbourhood."""
    title = f"Around {clean(hood.center.label)}"
    return _template().substitute(
        title=html.escape(title),
        style=_part("explorer.css"),
        style_hash=_hash(_part("explorer.css")),
        script=_part("explorer.js"),
        script_hash=_hash(_part("explorer.js")),
        data=_json(_data(hood)),
    )


def file_name(hood: Neighbourhood) -> str:
    """What the page is called when it is saved: letters and digits of the centre's name."""
    plain = unicodedata.normalize("NFKD", hood.center.label).encode("ascii", "ignore").decode()
    slug = "-".join(re.findall(r"[A-Za-z0-9]+", plain))[:LONGEST_NAME].lower()
    return f"{slug or 'graph'}-explorer.html"


def _data(hood: Neighbourhood) -> dict[str, object]:
    nodes = (hood.center, *hood.nodes)
    keys = [node.key for node in nodes]
    strong = strengths(hood.edges)
    inner = {pair: s for pair, s in strong.items() if hood.center.key not in pair}
    groups = layout.communities(keys[1:], inner)
    pull = weights(hood, strong)
    places = layout.places(keys, inner, groups, pull)
    return {
        "nodes": [
            _node(node, pull, groups) | {"x": round(float(x), 4), "y": round(float(y), 4)}
            for node, (x, y) in zip(nodes, places, strict=True)
        ],
        "edges": [
            {
                "a": edge.a,
                "b": edge.b,
                "kind": edge.kind,
                "reason": clean(edge.reason),
                "weight": round(strong[(edge.a, edge.b)], 3),
            }
            for edge in hood.edges
        ],
    }


def _node(node: Node, pull: Mapping[str, float], groups: Mapping[str, int]) -> dict[str, object]:
    return {
        "key": node.key,
        "kind": node.kind,
        "label": clean(node.label),
        "detail": clean(node.detail),
        "url": address(node.url),
        "year": node.year,
        "known": node.researcher_id is not None,
        "weight": round(pull.get(node.key, 1.0), 3),
        "group": groups.get(node.key),
    }


def _json(data: object) -> str:
    """JSON that cannot end the script it stands in, nor begin a comment in it."""
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _template() -> Template:
    return Template(_part("explorer.html"))


@cache
def _part(name: str) -> str:
    return (files("bot.pictures") / "page" / name).read_text(encoding="utf-8")
