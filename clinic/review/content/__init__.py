"""The content files, read and edited so that git shows what a person changed and nothing else."""
