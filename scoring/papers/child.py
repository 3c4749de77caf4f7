"""A template filled in a process of its own, with little time and memory.

Run as a program it reads one request from its input and writes the document to its output.
"""

import base64
import contextlib
import json
import subprocess
import sys
from pathlib import Path

from scoring.papers.package import TemplateRefused

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS = 4  # of the processor's time
LONGEST_WAIT = 30
MOST_MEMORY = 768 * 1024 * 1024
REFUSED = 3
TOO_MUCH = "Mẫu cần quá nhiều thời gian hoặc bộ nhớ."


def fill_apart(template: bytes, context: dict) -> bytes:
    """What marking.fill_marked gives, from a process that may not take long; raises TemplateRefused."""
    request = {"template": base64.b64encode(template).decode(), "context": context}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "scoring.papers.child"],
            input=json.dumps(request).encode(),
            capture_output=True,
            cwd=ROOT,
            env={"PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"},
            timeout=LONGEST_WAIT,
        )
    except subprocess.TimeoutExpired:
        raise TemplateRefused(TOO_MUCH) from None
    if done.returncode == REFUSED:
        raise TemplateRefused(done.stderr.decode(errors="replace"))
    if done.returncode:
        raise TemplateRefused(TOO_MUCH)
    return done.stdout


def limit_resources():
    """Bound memory, time and files where the system can; a laptop that cannot has one user."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        # Nothing is written but the answer, and that goes through a pipe.
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def main() -> int:
    limit_resources()
    from scoring.papers.marking import fill_marked

    request = json.load(sys.stdin.buffer)
    try:
        document = fill_marked(base64.b64decode(request["template"]), request["context"])
    except TemplateRefused as refused:
        sys.stderr.buffer.write(str(refused).encode())
        return REFUSED
    sys.stdout.buffer.write(document)
    return 0


if __name__ == "__main__":
    sys.exit(main())
