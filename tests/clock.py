"""The tests' hand on `app_now()`, the one source of time."""

from datetime import datetime, timedelta

from django.db import connection

from records import clock


class Clock:
    """Stops the database's clock, moves it, or lets it run again, in the database of the test."""

    def now(self) -> datetime:
        return clock.now()

    def set(self, moment: datetime) -> datetime:
        """Stop the clock at an aware moment."""
        if moment.tzinfo is None:
            raise ValueError("the clock takes aware moments only")
        self.real()
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO test_clock VALUES (%s)", [moment])
        return moment

    def advance(self, time: timedelta) -> datetime:
        """Stop the clock so much after what it shows now."""
        return self.set(self.now() + time)

    def real(self) -> None:
        """Let the clock run with the server's time again."""
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM test_clock")
