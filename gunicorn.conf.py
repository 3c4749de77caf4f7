"""How gunicorn starts a worker: read by itself in the folder it is started in, as `make demo` and
deploy/khoithidua.service do."""

from threading import Thread


def post_worker_init(worker):
    """Load what signs and prints while the worker already answers.

    Otherwise the first signature after a restart would wait two seconds for it. Commands and tests
    have no such worker and load it when they need it.
    """
    from pledges.signatures import warm_up

    Thread(target=warm_up, name="warm-up", daemon=True).start()
