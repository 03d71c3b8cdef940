"""The inbox of the staff pages: what visitors asked, what was missed, and what becomes of it."""
