"""China's time zone."""

from datetime import timedelta, timezone

CHINA = timezone(timedelta(hours=8))  # one zone for the whole country, without summer time since 1991
