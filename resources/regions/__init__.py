"""Administrative divisions, and the script that makes the file out of public lists."""
