"""The day's work: appointments as a calendar and as a list, booking by phone, and alarms that staff have to see."""
