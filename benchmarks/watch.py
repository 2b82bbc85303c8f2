"""How soon followers hear of new papers, and what that asks of arXiv: a simulation.

`python -m benchmarks.watch [--people N] [--days N]`

Follows the authors with the most papers of the shared collection and plays its real listing days
through the product's own schedule (`storage.watches.next_interval`, `retrieval.watch.GROUP`), one
request every three seconds. No request is sent. A paper can be seen from midnight UTC of its
listing day. Prints one JSON object: requests a day against what the pace allows, and the hours
from listing to the look that finds it.
"""

from __future__ import annotations

import argparse
import gzip
import heapq
import json
import math
import statistics
from collections import Counter, defaultdict
from datetime import date, timedelta

from benchmarks.shared import shared_data
from retrieval.watch import GROUP, PAUSE
from storage.watches import LONGEST, SHORTEST, USUAL, next_interval

SPACING_S = 3.0
ANSWER_S = 1.0  # how long arXiv takes to answer, beside the spacing
PAGE = 100
DAY_S = 86400.0


def main() -> None:
    """Run the simulation and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--days", type=int, default=120)
    wanted = parser.parse_args()
    listed = _listed(wanted.people)
    first = min(day for days in listed for day in days)
    begin = first + timedelta(days=30)
    papers = [
        sorted(
            (day - begin).days * DAY_S
            for day in days
            if begin <= day < begin + timedelta(days=wanted.days)
        )
        for days in listed
    ]
    requests, delays = _play(papers, wanted.days * DAY_S)
    hours = sorted(delay / 3600 for delay in delays)
    print(
        json.dumps(
            {
                "people": len(papers),
                "days": wanted.days,
                "papers": len(hours),
                "requests_a_day": round(requests / wanted.days),
                "allowed_a_day": round(DAY_S / SPACING_S),
                "share_of_pace": round(requests / wanted.days / (DAY_S / SPACING_S), 3),
                "median_hours": round(statistics.median(hours), 1),
                "p95_hours": round(hours[int(0.95 * len(hours))], 1),
                "worst_hours": round(hours[-1], 1),
                "shortest_interval_hours": SHORTEST.total_seconds() / 3600,
                "longest_interval_hours": LONGEST.total_seconds() / 3600,
            }
        )
    )


def _listed(people: int) -> list[list[date]]:
    """The listing days of the papers of the authors with the most papers, most first."""
    days: dict[str, list[date]] = defaultdict(list)
    counts: Counter[str] = Counter()
    path = shared_data() / "arxiv_2025_2026.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            for author in row["authors"]:
                counts[author] += 1
                days[author].append(date.fromisoformat(row["listed"]))
    return [days[author] for author, _ in counts.most_common(people)]


def _play(papers: list[list[float]], until: float) -> tuple[int, list[float]]:
    """Requests made, and the seconds from each paper's listing to the look that found it."""
    intervals = [USUAL] * len(papers)
    # Spread the first looks, as people begin to be followed at different times.
    due = [(n * USUAL.total_seconds() / len(papers), n) for n in range(len(papers))]
    heapq.heapify(due)
    found = [0] * len(papers)
    now, requests = 0.0, 0
    delays: list[float] = []
    round_s = PAUSE.total_seconds()
    while due and now < until:
        if due[0][0] > now:
            now += round_s
            continue
        group = [heapq.heappop(due)[1] for _ in range(GROUP) if due and due[0][0] <= now]
        seen = 0
        for person in group:
            days = papers[person]
            fresh = 0
            while found[person] < len(days) and days[found[person]] <= now:
                delays.append(now - days[found[person]])
                found[person] += 1
                fresh += 1
            # Papers of the last ten days are read again.
            seen += sum(now - 10 * DAY_S <= day <= now for day in days[: found[person]])
            intervals[person] = next_interval(intervals[person], busy=fresh > 0)
            heapq.heappush(due, (now + intervals[person].total_seconds(), person))
        pages = max(1, math.ceil((seen + 1) / PAGE))
        requests += pages
        now += pages * (SPACING_S + ANSWER_S)
    return requests, delays


if __name__ == "__main__":
    main()
