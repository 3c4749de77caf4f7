import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

from khoithidua.storage import WriteOnceStorage
from tests.racing import race

NAME = "ab/cd/abcd"
# Half of the bytes are written when the process is killed.
KILLED = """
import os, signal, sys
from django.conf import settings
settings.configure()
from khoithidua.storage import WriteOnceStorage

class Content:
    def chunks(self):
        yield b"half"
        os.kill(os.getpid(), signal.SIGKILL)

WriteOnceStorage(location=sys.argv[1])._save("ab/cd/abcd", Content())
"""


@pytest.fixture
def storage(tmp_path):
    return WriteOnceStorage(location=tmp_path)


def files_in(storage):
    return [path for path in Path(storage.location).rglob("*") if path.is_file()]


def test_saved_file_has_its_name_and_bytes(storage):
    name = storage.save(NAME, ContentFile(b"giao uoc"))

    assert name == NAME
    assert Path(storage.path(NAME)).read_bytes() == b"giao uoc"
    assert len(files_in(storage)) == 1


def test_saved_file_is_never_replaced(storage):
    storage.save(NAME, ContentFile(b"first"))

    name = storage.save(NAME, ContentFile(b"second"))

    assert name == NAME
    assert Path(storage.path(NAME)).read_bytes() == b"first"


def test_file_whose_content_fails_leaves_nothing(storage):
    class Broken:
        def chunks(self):
            yield b"half"
            raise OSError("đĩa đầy")

    with pytest.raises(OSError, match="đĩa đầy"):
        storage._save(NAME, Broken())

    assert files_in(storage) == []


def test_process_killed_while_writing_leaves_no_half_file(storage):
    done = subprocess.run([sys.executable, "-c", KILLED, storage.location], timeout=60)

    assert done.returncode == -signal.SIGKILL
    assert not storage.exists(NAME)
    assert storage.save(NAME, ContentFile(b"whole")) == NAME
    assert Path(storage.path(NAME)).read_bytes() == b"whole"


def test_two_writing_one_name_at_once_leave_one_whole_file(storage):
    data = os.urandom(300_000)

    results = race(*[lambda: storage.save(NAME, ContentFile(data))] * 4)

    assert results == [NAME] * 4
    assert [path.read_bytes() for path in files_in(storage)] == [data]


def test_other_users_of_the_machine_cannot_read(storage):
    storage.save(NAME, ContentFile(b"giao uoc"))

    mode = stat.S_IMODE(Path(storage.path(NAME)).stat().st_mode)

    assert mode & (stat.S_IROTH | stat.S_IWOTH) == 0


def test_name_cannot_leave_the_folder(storage):
    assert isinstance(storage, FileSystemStorage)

    with pytest.raises(Exception, match="outside|traversal"):
        storage.save("../ngoai", ContentFile(b""))
