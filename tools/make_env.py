"""Write `.env` with a fresh secret and a local API key, unless there is one."""

from __future__ import annotations

from clinic.settings import ROOT, new_secret


def main() -> None:
    """Keeps an existing file; the key is shown by `tools.run_local`."""
    path = ROOT / ".env"
    if path.exists():
        return
    path.touch(mode=0o600)
    path.write_text(f"SECRET_KEY={new_secret()}\nAPI_KEYS=local:{new_secret()}\n", "utf-8")


if __name__ == "__main__":
    main()
