"""Serving kept files: always after the caller's own permission check, never guessed by a browser."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

# Types that a browser may show in place; everything else is a download.
SHOWN_INLINE = {"application/pdf", "image/png", "image/jpeg"}


def serve(stored, filename, *, made_here=False):
    """Answer with the bytes of a StoredFile.

    made_here: the file is an image or PDF this application made, and may be shown in place;
    anything a person uploaded is only ever downloaded.
    """
    inline = made_here and stored.content_type in SHOWN_INLINE
    return serve_bytes(
        stored.read(), filename, content_type=stored.content_type, inline=inline, tag=stored.sha256
    )


def serve_bytes(data, filename, *, content_type, inline=False, tag=""):
    response = HttpResponse(data, content_type=content_type if inline else _safe(content_type))
    response["Content-Disposition"] = content_disposition_header(not inline, filename)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-cache"
    if tag:
        response["ETag"] = f'"{tag}"'
    return response


def _safe(content_type):
    """A download never comes as a type that a browser would run."""
    return (
        "application/octet-stream"
        if content_type.startswith(("text/html", "image/svg", "text/xml", "application/xhtml"))
        else content_type
    )
