"""The admins' parts, as their routes ask for them."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, File, UploadFile

from bot.api.admin.parts import AdminParts
from bot.api.parts import Given
from bot.api.problems import ApiProblem
from bot.domain.limits import MOST_FILE_BYTES
from bot.domain.texts import api_admin as texts

FileToRead = Annotated[UploadFile, File(description="the file to read")]


def admin_parts(parts: Given) -> AdminParts:
    """Return the admins' parts; the routes that ask for them are served only where there are any."""
    if parts.admin is None:
        raise TypeError
    return parts.admin


GivenAdmin = Annotated[AdminParts, Depends(admin_parts)]


async def bytes_of(file: UploadFile) -> bytes:
    """Return what a file holds that was sent to be read; raises `ApiProblem` for an empty or too large one."""
    data = await file.read(MOST_FILE_BYTES + 1)
    if not data or len(data) > MOST_FILE_BYTES:
        raise ApiProblem(HTTPStatus.UNPROCESSABLE_ENTITY, "no-file", texts.empty_file())
    return data
