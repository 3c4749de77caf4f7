"""What every page's frame shows; computed only when a template asks."""

from importlib import import_module

from django.conf import settings
from django.utils import timezone
from django.utils.functional import cached_property

from units.models import Authority, Bloc
from units.permissions import is_inspector, is_secretariat


class Frame:
    """The brand bar's and footer's data for one request."""

    version = settings.VERSION

    def __init__(self, request):
        self._user = getattr(request, "user", None)
        self._request = request

    @property
    def _is_known(self):
        return self._user is not None and self._user.is_authenticated

    @cached_property
    def authority_name(self):
        """The one authority of the installation, or the user's; empty when there are several."""
        authorities = list(Authority.objects.prefetch_related("periods")[:2])
        if len(authorities) != 1:
            return ""
        words = authorities[0].on(timezone.localdate())
        return words.long_name if words else ""

    @property
    def person(self):
        return self._user.full_name if self._is_known else ""

    @property
    def capacity(self):
        return self._user.capacity if self._is_known else ""

    @cached_property
    def work(self):
        """Everything this user must do now, nearest deadline first."""
        return work_items(self._user) if self._is_known else []

    @property
    def todo_count(self):
        return len(self.work)

    @property
    def is_secretariat(self):
        return self._is_known and (is_secretariat(self._user) or self._user.is_superuser)

    @property
    def sees_record(self):
        return self._is_known and (is_inspector(self._user) or self._user.is_staff)

    @cached_property
    def demo(self):
        return Bloc.objects.filter(is_demo=True).exists()


class FrameMiddleware:
    """Gives every request its lazy Frame, and one day that holds for the whole request."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.today = timezone.localdate()
        request.frame = Frame(request)
        return self.get_response(request)


def frame(request):
    """Context processor: the request's Frame."""
    return {"frame": request.frame}


def work_sources():
    return [import_module(path) for path in settings.WORK_SOURCES]


def work_items(user):
    """Items of every app's todo.py for this user, nearest deadline first."""
    today = timezone.localdate()
    items = [item for source in work_sources() for item in source.items_for(user, today)]
    return sorted(items, key=lambda item: (item.due_on is None, item.due_on or today, item.title))
