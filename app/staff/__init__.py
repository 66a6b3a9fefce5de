"""People at the desk: sign-in, roles, and who is doing this."""

from app.staff.service import OPERATOR, Member, StaffService, WrongPassword

__all__ = ["OPERATOR", "Member", "StaffService", "WrongPassword"]
