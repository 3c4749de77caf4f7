"""Two or more people at the same moment: real threads, each with its own database connection."""

from threading import Barrier, Thread

from django.db import connections


def race(*acts):
    """Run every act in its own thread, all starting together; return what each gave.

    What an act raised stands in its place. Needs `django_db(transaction=True)`.
    """
    results = [None] * len(acts)
    start = Barrier(len(acts))

    def run(number, act):
        try:
            start.wait(timeout=30)
            results[number] = act()
        except Exception as error:
            results[number] = error
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=pair, daemon=True) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert not any(thread.is_alive() for thread in threads), "A racer never came back"
    return results
