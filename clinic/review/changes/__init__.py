"""Sets of changes: opened, edited, told apart in words, merged or abandoned."""
