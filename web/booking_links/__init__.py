"""The pages behind the links in mails: a visit, an offer of the waiting list, leaving the list. No JavaScript."""
