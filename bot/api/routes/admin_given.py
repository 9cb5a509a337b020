"""The admins' parts, as their routes ask for them."""

from typing import Annotated

from fastapi import Depends

from bot.api.admin.parts import AdminParts
from bot.api.parts import Given


def admin_parts(parts: Given) -> AdminParts:
    """Return the admins' parts; the routes that ask for them are served only where there are any."""
    if parts.admin is None:
        raise TypeError
    return parts.admin


GivenAdmin = Annotated[AdminParts, Depends(admin_parts)]
