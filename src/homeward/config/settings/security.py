"""Sign-in, lock-out, content security policy and single sign-on."""

import os
from datetime import timedelta
from urllib.parse import urlsplit

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "homeward.core.sign_in.Backend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "core:home"

# Local sign-in: e-mail and password, by invitation only.
ACCOUNT_ADAPTER = "homeward.core.sign_in.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "homeward.core.sign_in.display_name"
# An address is vouched for by whoever invites; only the invited link sets the first password.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
# Passwords are counted by axes below. This one also bounds guesses at second-step codes.
ACCOUNT_RATE_LIMITS = {"login_failed": "10/300s/key"}
ACCOUNT_SESSION_REMEMBER = True
PASSWORD_RESET_TIMEOUT = int(timedelta(days=3).total_seconds())
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# Second step: time-based codes and recovery codes.
MFA_ADAPTER = "homeward.core.sign_in.SecondStepAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Homeward"
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True

# Lock-out: five failures for one address from one machine, then fifteen minutes.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_USERNAME_CALLABLE = "homeward.core.sign_in.typed_email"
AXES_CLIENT_IP_CALLABLE = "homeward.core.sign_in.client_address"
AXES_LOCKOUT_CALLABLE = "homeward.core.sign_in.locked_out"
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# How many reverse proxies of our own stand in front: tells the real address of the sender.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("HOMEWARD_PROXIES", "0"))

# A session ends this long after its last use by a person, and this long after sign-in.
HOMEWARD_SESSION_IDLE = timedelta(minutes=30)
HOMEWARD_SESSION_LONGEST = timedelta(hours=12)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = False
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"

# Single sign-on by OpenID Connect (NHS CIS2, Entra or any other), on when an issuer is named.
SOCIALACCOUNT_ADAPTER = "homeward.core.sign_in.SingleSignOnAdapter"
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS: dict[str, dict[str, object]] = {"openid_connect": {"APPS": []}}
HOMEWARD_OIDC_NAME = os.environ.get("HOMEWARD_OIDC_NAME", "single sign-on")
_issuer = os.environ.get("HOMEWARD_OIDC_ISSUER", "")
if _issuer:
    SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"] = [
        {
            "provider_id": "sso",
            "name": HOMEWARD_OIDC_NAME,
            "client_id": os.environ["HOMEWARD_OIDC_CLIENT_ID"],
            "secret": os.environ["HOMEWARD_OIDC_CLIENT_SECRET"],
            "settings": {
                "server_url": _issuer,
                "oauth_pkce_enabled": True,
                # Entra sends no email_verified claim: its addresses are the organisation's own.
                "verified_email": os.environ.get("HOMEWARD_OIDC_TRUST_EMAIL", "") == "yes",
            },
        }
    ]

# Nothing inline, nothing from elsewhere. Browsers apply form-action to the redirect that follows
# a form too, so the sign-on page of the issuer must be named.
_sign_on_origins = os.environ.get("HOMEWARD_OIDC_ORIGINS", "").split()
if _issuer and not _sign_on_origins:
    _sign_on_origins = [f"{urlsplit(_issuer).scheme}://{urlsplit(_issuer).netloc}"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'", *_sign_on_origins],
    }
}

# With the NHS's own branding on, and only then, its typeface comes from the NHS.
if os.environ.get("HOMEWARD_NHS_BRANDING", "") == "yes":
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["font-src"] = ["'self'", "https://assets.nhs.uk"]

X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "homeward.core.views.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

# Mail is needed for forgotten passwords and invitations; without it an administrator passes
# the invitation link on by hand.
EMAIL_HOST = os.environ.get("HOMEWARD_MAIL_HOST", "")
HOMEWARD_SENDS_MAIL = bool(EMAIL_HOST)
EMAIL_PORT = int(os.environ.get("HOMEWARD_MAIL_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("HOMEWARD_MAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("HOMEWARD_MAIL_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("HOMEWARD_MAIL_TLS", "yes") == "yes"
DEFAULT_FROM_EMAIL = os.environ.get("HOMEWARD_MAIL_FROM", "homeward@localhost")
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if HOMEWARD_SENDS_MAIL
    else "django.core.mail.backends.console.EmailBackend"
)
