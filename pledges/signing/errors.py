"""What can go wrong, each with a Vietnamese sentence fit for a screen as its text."""


class SigningError(Exception):
    """Anything this package refuses or cannot do."""


class SigningRefused(SigningError):
    """The file is not what the signing step asked for; nothing was changed."""


class TimeStampRefused(SigningRefused):
    """The time stamp authority gave none, or not the one that was asked for."""


class UnsuitablePdf(SigningError):
    """The PDF to prepare or to stamp is not one that this package can work on."""


class WrongPassphrase(SigningError):
    """The passphrase does not open the key."""


class WrongKey(SigningError):
    """The key is damaged, or is not the certificate's."""


class CertificateOutOfDate(SigningError):
    """The issuing certificate is not yet, or no longer, in force."""


class KeyAlreadyUsed(SigningError):
    """A one-use key was asked to sign a second time."""
