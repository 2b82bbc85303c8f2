"""The folder of collections that benchmarks read: beside the checkout, or wherever it is named."""

import os
import sys
from pathlib import Path


def shared_data() -> Path:
    """The folder that COLLOQUY_SHARED_DATA names, default ../shared/data beside the checkout.

    Ends the program with one sentence where there is none.
    """
    beside = Path(__file__).parents[2] / "shared" / "data"
    folder = Path(os.environ.get("COLLOQUY_SHARED_DATA", beside))
    if not folder.is_dir():
        sys.exit(f"{folder} is missing; name the folder of collections in COLLOQUY_SHARED_DATA.")
    return folder
