"""Pictures of uploaded files: drawn anew in the limited process, kept by the file's SHA-256."""

from django.core.cache import caches

from khoithidua.uploads import child
from khoithidua.uploads.kinds import KINDS

# Seconds; the machine may only have been busy.
FAILED_FOR = 600
SHOWN_KINDS = {KINDS[name].content_type: name for name in ("pdf", "jpeg", "png")}


def can_show(stored) -> bool:
    """Whether there is a picture of such a file; Word and Excel files are only downloaded."""
    return stored is not None and stored.content_type in SHOWN_KINDS


def page_count(stored) -> int:
    """How many pages there are to show; 0 when none can be."""
    if not can_show(stored):
        return 0
    return _kept(f"{stored.sha256}-pages", lambda: _counted(stored))


def page_image(stored, number: int) -> bytes:
    """The PNG of one page, from 1; b"" when there is no such page or it cannot be drawn."""
    if not 1 <= number <= page_count(stored):
        return b""
    return _kept(f"{stored.sha256}-{number}", lambda: _drawn(stored, number))


def _counted(stored):
    return child.check(SHOWN_KINDS[stored.content_type], stored.read()).get("pages", 0)


def _drawn(stored, number):
    return child.page_image(SHOWN_KINDS[stored.content_type], stored.read(), number)


def _kept(key, make):
    """What was made before; what could not be made is remembered for a while, as it costs most."""
    store = caches["previews"]
    found = store.get(key)
    if found is None:
        found = make()
        store.set(key, found, **({} if found else {"timeout": FAILED_FOR}))
    return found
