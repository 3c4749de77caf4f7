"""File storage on disk in which a name, once there, is whole and never changes."""

import os
import tempfile
from pathlib import Path

from django.core.files.storage import FileSystemStorage


class WriteOnceStorage(FileSystemStorage):
    """Writes beside, syncs, then renames: a process killed in between leaves no half file.

    A name that exists is left as it is; names are digests, so its content is the same.
    """

    def get_available_name(self, name, max_length=None):
        return name

    def _save(self, name, content):
        path = Path(self.path(name))
        if path.exists():
            return name
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".part-")
        try:
            with os.fdopen(descriptor, "wb") as part:
                for chunk in content.chunks():
                    part.write(chunk)
                part.flush()
                os.fsync(part.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        self._sync_directory(path.parent)
        return name

    @staticmethod
    def _sync_directory(path):
        """Make the rename itself survive a power cut."""
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
