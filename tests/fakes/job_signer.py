"""What signs the jobs of tests."""

from typing import Final

from bot.storage.jobs.signed_call import JobSigner

JOB_SIGNER: Final = JobSigner([b"a key of the tests, long enough for one"])
