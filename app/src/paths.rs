//! The table of page paths.

/// The landing page.
pub const LANDING: &str = "/";
/// Signing up.
pub const SIGN_UP: &str = "/signup";
/// "Look into your mail", after signing up.
pub const SIGN_UP_SENT: &str = "/signup/check-email";
/// Confirming an address.
pub const VERIFY_EMAIL: &str = "/verify-email";
/// Signing in.
pub const LOGIN: &str = "/login";
/// Asking for a link that sets a new password.
pub const FORGOT_PASSWORD: &str = "/forgot-password";
/// "Look into your mail", after asking for one.
pub const FORGOT_PASSWORD_SENT: &str = "/forgot-password/check-email";
/// Setting a new password.
pub const RESET_PASSWORD: &str = "/reset-password";
/// Signing out.
pub const LOGOUT: &str = "/logout";
/// The account's overview.
pub const ACCOUNT: &str = "/account";
/// The name.
pub const PROFILE: &str = "/account/profile";
/// Another address.
pub const EMAIL: &str = "/account/email";
/// Putting the former address back.
pub const UNDO_EMAIL_CHANGE: &str = "/undo-email-change";
/// Proving again who one is.
pub const CONFIRM: &str = "/account/confirm";
/// Deleting the account.
pub const DELETE: &str = "/account/delete";
/// The password.
pub const SECURITY: &str = "/account/security";
/// What signs in besides a password.
pub const CONNECTIONS: &str = "/account/connections";
/// Disconnecting one of them.
pub const DISCONNECT: &str = "/account/connections/disconnect";
/// Connecting what waited for a sign-in.
pub const CONNECT_WAITING: &str = "/account/connections/finish";
/// What is left of a sign-up that began at a provider.
pub const FINISH_SIGN_UP: &str = "/signup/finish";
/// Where sign-ins at providers start: `/auth/{provider}`.
pub const AUTH: &str = "/auth/{provider}";
/// Where they end.
pub const AUTH_CALLBACK: &str = "/auth/{provider}/callback";
/// The browsers that are signed in.
pub const SESSIONS: &str = "/account/sessions";
/// The apps that use the account.
pub const APPS: &str = "/account/apps";
/// Where apps send people (RFC 6749 section 3.1).
pub const AUTHORIZE: &str = "/oauth/authorize";
/// The apps that somebody registered.
pub const CLIENTS: &str = "/account/clients";
/// One of them: `/account/clients/{id}`.
pub const CLIENT: &str = "/account/clients/{id}";
/// Asking before it is deleted.
pub const CLIENT_DELETE: &str = "/account/clients/{id}/delete";
/// Every registered app.
pub const ADMIN_CLIENTS: &str = "/admin/clients";
/// One of them: `/admin/clients/{id}`.
pub const ADMIN_CLIENT: &str = "/admin/clients/{id}";
/// Asking before it is deleted.
pub const ADMIN_CLIENT_DELETE: &str = "/admin/clients/{id}/delete";
/// What people answer there.
pub const CONSENT: &str = "/oauth/consent";
/// What happened to the account.
pub const ACTIVITY: &str = "/account/activity";
/// The token dashboard.
pub const TOKENS: &str = "/account/tokens";
/// Asking before every token is revoked.
pub const REVOKE_TOKENS: &str = "/account/tokens/revoke-all";
/// Looking at a token.
pub const VIEW_TOKEN: &str = "/account/tokens/view";
/// Development only: mail that waits.
pub const OUTBOX: &str = "/dev/outbox";
/// What programs may ask: the API as it describes itself.
pub const API_DOCS: &str = "/api/docs";
/// The same for machines.
pub const OPENAPI: &str = "/api/v1/openapi.json";
/// What administrators see first.
pub const ADMIN: &str = "/admin";
/// Everyone with an account.
pub const ADMIN_USERS: &str = "/admin/users";
/// Inviting somebody.
pub const ADMIN_INVITE: &str = "/admin/users/invite";
/// A person: `/admin/users/{id}`.
pub const ADMIN_USER: &str = "/admin/users/{id}";
/// Asking before something is done to a person.
pub const ADMIN_USER_ACT: &str = "/admin/users/{id}/{act}";
/// Sessions of everyone.
pub const ADMIN_SESSIONS: &str = "/admin/sessions";
/// Ending all that match a filter.
pub const ADMIN_END_SESSIONS: &str = "/admin/sessions/end";
/// That sessions began or ended.
pub const ADMIN_SESSIONS_EVENTS: &str = "/admin/sessions/events";
/// API tokens of everyone.
pub const ADMIN_TOKENS: &str = "/admin/tokens";
/// Signing keys.
pub const ADMIN_KEYS: &str = "/admin/keys";
/// Rotating or dropping them.
pub const ADMIN_ROTATE: &str = "/admin/keys/rotate";
/// The audit trail.
pub const ADMIN_AUDIT: &str = "/admin/audit";
/// A part of it as a file.
pub const ADMIN_AUDIT_EXPORT: &str = "/admin/audit/export";
