from datetime import timedelta, timezone

CHINA = timezone(timedelta(hours=8))  # the one time of the country; it has had no summer time since 1991
