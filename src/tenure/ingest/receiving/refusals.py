"""Why a whole request is refused. What each says must be enough for a stranger to mend it."""

from typing import ClassVar

from tenure.base.refusals import Refusal


class NoKey(Refusal):
    """No key came with the request, or one that is not in force."""

    status, code = 401, "no_key"


class UnknownKey(Refusal):
    """Nobody has this key, or no longer."""

    status, code = 401, "unknown_key"


class WrongOrigin(Refusal):
    """A browser key was used on a site that it is not for."""

    status, code = 403, "wrong_origin"


class UnknownPath(Refusal):
    """Nothing is received here."""

    status, code = 404, "unknown_path"


class WrongDialect(Refusal):
    """A client of another product."""

    status, code = 404, "wrong_dialect"


class WrongMethod(Refusal):
    """Events are posted."""

    status, code = 405, "wrong_method"


class TooLarge(Refusal):
    """The body is larger than a request may be, as sent or unzipped."""

    status, code = 413, "too_large"


class BadEncoding(Refusal):
    """The body cannot be unzipped."""

    status, code = 400, "bad_encoding"


class UnsupportedEncoding(Refusal):
    """Only gzip is unzipped."""

    status, code = 415, "unsupported_encoding"


class RateLimited(Refusal):
    """Too many requests with one browser key, or from one address with it."""

    status, code = 429, "rate_limited"
    retry_after: ClassVar[int] = 1


class Unavailable(Refusal):
    """The database cannot be asked whose key this is."""

    status, code = 503, "unavailable"
    retry_after: ClassVar[int] = 5
