"""What staff do with what was said: inbox, teaching, answers, sets of changes, the gate."""
