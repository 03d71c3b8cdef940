"""Call backs and questions that visitors have left for the staff."""
