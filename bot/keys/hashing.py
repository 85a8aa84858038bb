"""How a key's secret is kept: as an argon2id hash. The only file that loads ``argon2``."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# The second of OWASP's equivalent settings for argon2id: 19 MiB, two passes, one lane; some 25 ms on one core. A secret
# is 256 random bits and cannot be guessed, so more memory would only give an attacker more of ours to use up.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def hash_secret(secret: str) -> str:
    """Hash a secret, with a salt of its own."""
    return _HASHER.hash(secret)


def is_secret(secret: str, hashed: str) -> bool:
    """Say whether ``secret`` is what was hashed; takes as long for a wrong one."""
    try:
        return _HASHER.verify(hashed, secret)
    except (VerificationError, InvalidHashError):
        return False
