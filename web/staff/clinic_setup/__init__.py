"""The clinic's set-up: hours, closed days, clinicians and kinds of visit, changed by forms."""
