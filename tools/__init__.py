"""Run by people and CI; never imported by the product."""
