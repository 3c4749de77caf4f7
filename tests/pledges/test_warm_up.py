"""What signs and prints is loaded by a web worker as it starts, and by nothing else that starts."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
START = """
import runpy, sys, threading
import khoithidua.wsgi
if sys.argv[1:]:
    runpy.run_path("gunicorn.conf.py")["post_worker_init"](None)
    [warming] = [each for each in threading.enumerate() if each.name == "warm-up"]
    warming.join()
print(*sorted({"weasyprint", "pyhanko"} & set(sys.modules)))
"""
HOOK = """
from gunicorn.app.wsgiapp import WSGIApplication
print(WSGIApplication().cfg.post_worker_init.__code__.co_filename)
"""


def python(*arguments):
    run = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "khoithidua.settings", "DEBUG": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return run.stdout


@pytest.mark.parametrize(
    ("worker", "loaded"), [([], ""), (["worker"], "pyhanko weasyprint")], ids=["wsgi", "worker"]
)
def test_worker_loads_what_signs_and_prints(worker, loaded):
    assert python("-c", START, *worker).strip() == loaded


def test_gunicorn_reads_the_file_that_says_so():
    told = python("-c", HOOK, "khoithidua.wsgi", "--workers", "2")

    assert Path(told.strip()) == ROOT / "gunicorn.conf.py"
