"""People at the desk: sign-in, roles, and who is doing this."""

from app.staff.service import Member, StaffService, WrongPassword

__all__ = ["Member", "StaffService", "WrongPassword"]
