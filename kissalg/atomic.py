"""Files that are either the old one or the new one, whatever happens in between."""

import os
from pathlib import Path

__all__ = ["write_atomically"]


def write_atomically(path: Path, data: bytes) -> None:
    """Replace the content of ``path`` by ``data``; a crash leaves the old file or the new one, never a part of it.

    The data goes to a temporary neighbour, is forced to the disk, and takes the name by one rename.

    Args:
        path: the file, which need not exist.
        data: its new content.

    Raises:
        OSError: the folder does not exist or cannot be written.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     write_atomically(Path(folder) / "checkpoint", b"state")
        ...     (Path(folder) / "checkpoint").read_bytes()
        b'state'
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    # The rename itself is on the disk only when the folder is.
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
