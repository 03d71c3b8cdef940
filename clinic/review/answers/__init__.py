"""What the clinic says: drafts, approval by a clinician, and the way to patients."""
