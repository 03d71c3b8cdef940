"""`/staff/teach`: what a visitor wrote becomes something that the assistant learns."""
