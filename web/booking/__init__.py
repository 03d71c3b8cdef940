"""The booking API for integrations: free times, holds, appointments, below `/booking/v1`."""
