"""Every failure that a person can cause or cure, with the one sentence they read.

    ColloquyError
    ├── InputError          what was asked cannot be read
    ├── NotFound            nothing of that name is stored
    ├── NotAllowed          who, where, or how often
    ├── SourceError         papers could not be fetched or read
    ├── StorageError        the database, the index or the data directory
    └── SetupError          settings, models, packages

Anything that is not a `ColloquyError` is a defect and is shown as a reference number only.
"""

from __future__ import annotations

from storage.errors.claims import *
from storage.errors.follows import *
from storage.errors.invitations import *
from storage.errors.kinds import *
from storage.errors.questions import *
from storage.errors.researchers import *
from storage.errors.running import *
from storage.errors.sources import *
