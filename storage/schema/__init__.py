"""The tables. Unique constraints are the dedupe; SQL is the truth and the index is its cache.

A column that holds a Discord user's id carries `info={"person": ...}`: `"erase"` when the row
goes with the person, `"anonymise"` when the row stays and the id goes. In the same way a column
with a server's id carries `info={"server": "erase" | "anonymise"}`. What a row says of one of its
people and the others are not to learn carries `info={"about": "<the column with their id>"}`.
A row that is about somebody only through the row that it belongs to, with which it goes, carries
`info={"through": "<the column with their id there>"}`.
`storage.privacy` and the promise tests read these marks, so a new table cannot be forgotten.
"""

from __future__ import annotations

from storage.schema.answers import AnswerRow, RatingRow, ThreadRow
from storage.schema.base import Base
from storage.schema.claims import (
    ClaimRow,
    ClaimStepRow,
    GivenRoleRow,
    HiddenProfileRow,
    OwnWordsRow,
    ProofRow,
    ReviewPlaceRow,
)
from storage.schema.follows import AnnouncementRow, DestinationRow, FollowRow
from storage.schema.institutions import AffiliationRow, InstitutionRow
from storage.schema.invitations import BlockRow, ContactRow, InvitationRow, KeyRow, WishRow
from storage.schema.places import PlaceRow, ServerRow
from storage.schema.researchers import (
    AttributionRow,
    DecisionRow,
    JoinRow,
    JoinStepRow,
    OptOutRow,
    ReportRow,
    ResearcherNameRow,
    ResearcherRow,
    TopicRow,
)
from storage.schema.search import PostingRow, TermRow, VectorRow, WorkLengthRow
from storage.schema.watches import LeaseRow, WatchRow
from storage.schema.works import AuthorshipRow, CitationRow, OtherIdRow, WorkRow

__all__ = [
    "AffiliationRow",
    "AnnouncementRow",
    "AnswerRow",
    "AttributionRow",
    "AuthorshipRow",
    "Base",
    "BlockRow",
    "CitationRow",
    "ClaimRow",
    "ClaimStepRow",
    "ContactRow",
    "DecisionRow",
    "DestinationRow",
    "FollowRow",
    "GivenRoleRow",
    "HiddenProfileRow",
    "InstitutionRow",
    "InvitationRow",
    "JoinRow",
    "JoinStepRow",
    "KeyRow",
    "LeaseRow",
    "OptOutRow",
    "OtherIdRow",
    "OwnWordsRow",
    "PlaceRow",
    "PostingRow",
    "ProofRow",
    "RatingRow",
    "ReportRow",
    "ResearcherNameRow",
    "ResearcherRow",
    "ReviewPlaceRow",
    "ServerRow",
    "TermRow",
    "ThreadRow",
    "TopicRow",
    "VectorRow",
    "WatchRow",
    "WishRow",
    "WorkLengthRow",
    "WorkRow",
]
