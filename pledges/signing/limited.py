"""Accepting an upload in a process with bounds on memory and time (accept.py says what is accepted).

    accepted = limited.accept(before, after, expected=…, trust=…, at=now)

A hostile file may make a parser loop, or ask for all memory. Here that ends a child of its own,
never a web worker. The server that forks the children has pyHanko loaded and is started once for
each worker, by its first upload (half a second); after that a child costs some 10 ms.
"""

import atexit
import contextlib
import os
import pickle
import signal
import struct
import subprocess
import sys
import threading
from pathlib import Path

from .refusal import UploadRefused, Why

MEMORY = 512 * 2**20
SECONDS = 8
LENGTH = struct.Struct(">Q")
PROJECT = Path(__file__).parents[2]


def accept(before: bytes, after: bytes, **options):
    """Do what accept.accept does, within bounds; raise UploadRefused, TOO_COSTLY beyond them."""
    with _SERVER.lock:
        answer = _SERVER.ask(pickle.dumps((before, after, options)))
    if answer is None:
        raise UploadRefused(Why.TOO_COSTLY)
    result = pickle.loads(answer)  # noqa: S301  written by our own code in the child
    if isinstance(result, Exception):
        raise result
    return result


class _Server:
    """The process that forks a child for each upload; started when it is first needed."""

    def __init__(self):
        self.lock = threading.Lock()
        self.process, self.owner = None, 0

    def ask(self, question: bytes) -> bytes | None:
        """Return the child's answer, None if it came to no end. One more try if the server died."""
        for _attempt in range(2):
            try:
                process = self._running()
                write(process.stdin, question)
                return read(process.stdout) or None
            except (BrokenPipeError, EOFError):
                self.stop()
        return None

    def stop(self) -> None:
        if self.process and self.owner == os.getpid():
            self.process.kill()
            self.process.communicate()
        self.process = None

    def _running(self) -> subprocess.Popen:
        if self.process is None or self.owner != os.getpid():  # a worker forked after the first use
            command = [sys.executable, "-m", "pledges.signing.limited"]
            pipe = subprocess.PIPE
            self.process = subprocess.Popen(command, cwd=PROJECT, stdin=pipe, stdout=pipe)  # noqa: S603
            self.owner = os.getpid()
        return self.process


_SERVER = _Server()
atexit.register(_SERVER.stop)


def write(stream, message: bytes) -> None:
    stream.write(LENGTH.pack(len(message)) + message)
    stream.flush()


def read(stream) -> bytes:
    """Read one message; raise EOFError where the other side is gone."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        raise EOFError
    (length,) = LENGTH.unpack(head)
    message = stream.read(length)
    if len(message) < length:
        raise EOFError
    return message


def serve() -> None:
    """Answer messages until the worker is gone: each by a child, an empty one where that failed."""
    from . import accept as _loaded  # noqa: F401  before the first fork

    while True:
        try:
            question = read(sys.stdin.buffer)
        except EOFError:
            return
        write(sys.stdout.buffer, _by_child(question))


def _by_child(question: bytes) -> bytes:
    """Let a child answer; b"" when it exceeds its bounds."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _answer(question, writing)
    os.close(writing)
    with open(reading, "rb") as pipe:  # noqa: PTH123  an open descriptor
        watch = threading.Timer(SECONDS, _kill, [child])
        watch.start()
        answer = pipe.read()
        watch.cancel()
    _, status = os.waitpid(child, 0)
    return answer if status == 0 else b""


def _kill(child: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)


def _answer(question: bytes, writing: int) -> None:
    """In the child: accept within bounds, write the answer, and end without any clean-up."""
    status = 1
    try:
        limit_resources()
        before, after, options = pickle.loads(question)  # noqa: S301  from our own worker
        answer = pickle.dumps(_result(before, after, options))
        with open(writing, "wb") as pipe:
            pipe.write(answer)
        status = 0
    finally:
        os._exit(status)


def _result(before: bytes, after: bytes, options: dict):
    from .accept import accept

    try:
        return accept(before, after, **options)
    except Exception as error:  # a refusal, or the caller's mistake: for the caller to raise
        return error


def limit_resources() -> None:
    """Bound memory and time where the system can; a laptop that cannot has one user."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


if __name__ == "__main__":
    serve()
