"""What every page's frame shows; computed only when a template asks."""

from importlib import import_module

from django.conf import settings
from django.utils import timezone
from django.utils.functional import cached_property

from units.models import Authority, Bloc
from units.permissions import entries_seen_by, is_inspector, is_secretariat
from units.reference import current_stamp, remember


class FrameMiddleware:
    """Gives every request its lazy Frame, and one day that holds for the whole request."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.today = timezone.localdate()
        request.frame = Frame(request)
        return self.get_response(request)


def frame(request):
    """Context processor: the request's Frame; none when the request was refused before it."""
    return {"frame": getattr(request, "frame", None)}


class Frame:
    """The brand bar's and footer's data for one request."""

    version = settings.VERSION

    def __init__(self, request):
        self._request = request

    @cached_property
    def _user(self):
        """The person logged in, or None."""
        user = getattr(self._request, "user", None)
        return user if user is not None and user.is_authenticated else None

    @cached_property
    def stamp(self):
        """The stamp of the reference data, as the request's user was loaded with it."""
        return self._user.reference_stamp if self._user else current_stamp()

    @cached_property
    def authority_name(self):
        """The one authority of the installation; empty when there are several."""
        key = ("authority name", self._request.today)
        return remember(self.stamp, key, lambda: _only_authority(self._request.today))

    @property
    def person(self):
        return self._user.full_name if self._user else ""

    @property
    def capacity(self):
        return self._user.capacity if self._user else ""

    @cached_property
    def work(self):
        """Everything this user must do now, nearest deadline first."""
        return work_items(self._user, self._request.today) if self._user else []

    @property
    def todo_count(self):
        return len(self.work)

    @property
    def is_secretariat(self):
        return bool(self._user) and (is_secretariat(self._user) or self._user.is_superuser)

    @property
    def sees_record(self):
        return bool(self._user) and (is_inspector(self._user) or self._user.is_staff)

    def readable(self, entries):
        """Of these entries of the record, those that whoever sees it may read."""
        return entries_seen_by(self._user, entries)

    @cached_property
    def demo(self):
        return remember(self.stamp, "demo", lambda: Bloc.objects.filter(is_demo=True).exists())


def _only_authority(today):
    authorities = list(Authority.objects.prefetch_related("periods")[:2])
    words = authorities[0].on(today) if len(authorities) == 1 else None
    return words.long_name if words else ""


def work_sources():
    return [import_module(path) for path in settings.WORK_SOURCES]


def work_items(user, today):
    """Items of every app's todo.py for this user, nearest deadline first."""
    items = [item for source in work_sources() for item in source.items_for(user, today)]
    return sorted(items, key=lambda item: (item.due_on is None, item.due_on or today, item.title))
