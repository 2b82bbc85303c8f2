"""A loopback server that answers as OpenAlex does: works by DOI and by title, or a refusal."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

KEY = "a-key"


def answer(
    number: int,
    title: str,
    authors: Sequence[tuple[str, Sequence[tuple[str, str]]]],
    *,
    doi: str | None = None,
    arxiv_id: str | None = None,
    cites: Sequence[int] = (),
) -> dict[str, Any]:
    """A work in the shape that the API sends; authors are (name, [(institution id, name)])."""
    places = ["https://doi.org/" + doi] if doi else []
    places += [f"http://arxiv.org/abs/{arxiv_id}"] if arxiv_id else []
    return {
        "id": f"https://openalex.org/W{number}",
        "doi": f"https://doi.org/{doi}" if doi else None,
        "display_name": title,
        "publication_year": 2020,
        "locations": [{"is_oa": True, "landing_page_url": url, "source": None} for url in places],
        "referenced_works": [f"https://openalex.org/W{cited}" for cited in cites],
        "authorships": [
            {
                "author_position": "first" if n == 0 else "middle",
                "author": {"id": f"https://openalex.org/A{n}", "display_name": name, "orcid": None},
                "raw_author_name": name,
                "institutions": [
                    {
                        "id": f"https://openalex.org/{key}",
                        "display_name": institution,
                        "ror": f"https://ror.org/{key.lower()}",
                        "country_code": "GB",
                        "type": "education",
                    }
                    for key, institution in institutions
                ],
            }
            for n, (name, institutions) in enumerate(authors)
        ],
    }


class LoopbackOpenAlex:
    """The server; `asked` holds the filter of every request, `failures` statuses to send first."""

    def __init__(self, works: Sequence[Mapping[str, Any]]) -> None:
        self.works = list(works)
        self.asked: list[str] = []
        self.failures: list[int] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> LoopbackOpenAlex:
        Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _found(self, wanted: str) -> list[Mapping[str, Any]]:
        """`doi:a|b` or `display_name.search:words`."""
        field, _, value = wanted.partition(":")
        if field == "doi":
            dois = {doi.removeprefix("https://doi.org/").lower() for doi in value.split("|")}
            return [
                work
                for work in self.works
                if (work["doi"] or "").removeprefix("https://doi.org/").lower() in dois
            ]
        words = set(value.lower().split())
        return [
            w for w in self.works if words <= set(re.findall(r"\w+", w["display_name"].lower()))
        ]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                wanted = parse_qs(urlsplit(self.path).query).get("filter", [""])[0]
                outer.asked.append(wanted)
                if outer.failures:
                    self._send(outer.failures.pop(0), {"error": "Rate limit exceeded"})
                elif self.headers["Authorization"] != f"Bearer {KEY}":
                    self._send(401, {"error": "Invalid API key"})
                else:
                    found = outer._found(wanted)
                    meta = {"count": len(found), "page": 1, "per_page": 50}
                    self._send(200, {"meta": meta, "results": found, "group_by": []})

            def _send(self, status: int, body: object) -> None:
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                pass

        return Handler
