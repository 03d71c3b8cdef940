"""FHIR R4B for authorised integrations: clinicians, their time, and what is booked; read-only."""
