"""The folder where everything is kept, and the lock that gives it to one process at a time."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.errors import BadSetting, DataDirBusy, NoDiskSpace


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Make the folder if need be, and hold it against every other process.

    The lock goes with the process, however it ends; a left-over file holds nobody up.

    Raises:
        DataDirBusy: another process holds it.
        BadSetting: it cannot be written to.
        NoDiskSpace: the disk is full.
    """
    from filelock import FileLock, Timeout

    note = folder / "colloquy.pid"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / "colloquy.lock", timeout=0)
        lock.acquire()
    except Timeout as error:
        raise DataDirBusy(path=folder, pid=_read(note)) from error
    except OSError as error:
        raise _translated(error, folder) from error
    try:
        try:
            note.write_text(str(os.getpid()), encoding="ascii")
        except OSError as error:
            raise _translated(error, folder) from error
        yield
    finally:
        note.unlink(missing_ok=True)
        lock.release()


def _read(note: Path) -> str:
    try:
        return note.read_text(encoding="ascii") or "unknown"
    except OSError:
        return "unknown"


def _translated(error: OSError, folder: Path) -> Exception:
    if error.errno == errno.ENOSPC:
        return NoDiskSpace(path=folder)
    if isinstance(error, FileExistsError):
        why = f"{folder} is a file, not a folder"
    elif isinstance(error, NotADirectoryError):
        why = f"{folder} lies in a file, not in a folder"
    else:
        why = f"{folder} cannot be written to ({error.strerror})"
    return BadSetting(
        key="data_dir",
        why=why,
        cure="set COLLOQUY_DATA_DIR to a folder of your own",
    )
