"""Digests that are there at once. Those of `hashlib` are faster, but take longer to load than they save one command."""

from __future__ import annotations

try:
    from _blake2 import blake2b as blake2b
except ImportError:
    from hashlib import blake2b as blake2b
try:
    from _sha2 import sha256 as sha256
except ImportError:
    try:
        from _sha256 import sha256 as sha256  # Python 3.11
    except ImportError:
        from hashlib import sha256 as sha256
