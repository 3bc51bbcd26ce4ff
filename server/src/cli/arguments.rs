//! What can be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Self-hosted sign-in and API tokens: one program, one data file.
#[derive(Parser)]
#[command(name = "latchkey", version)]
pub(super) struct Arguments {
    /// The configuration file; `latchkey.toml` in this folder when there is one.
    #[arg(long, global = true, env = "LATCHKEY_CONFIG", value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Subcommand)]
pub(super) enum Command {
    /// Serve sign-in pages until stopped.
    Serve {
        /// Development mode: sign-up open, mail shown at /dev/outbox, loopback only.
        #[arg(long)]
        dev: bool,
    },
    /// Bring the database to this version's shape.
    Migrate {
        /// Take over a changed `public_url`; what was made for the old one stops working.
        #[arg(long)]
        accept_public_url: bool,
        /// Go on where the master key is lost: with a new one, if there is none, and new signing keys.
        /// Mail that waits can't be read any more.
        #[arg(long)]
        new_master_key: bool,
    },
    /// Check the configuration and show where each value comes from.
    CheckConfig {
        /// Print one JSON document.
        #[arg(long)]
        json: bool,
        /// Print a configuration file with every key at its default, explained, and check nothing.
        #[arg(long, conflicts_with = "json")]
        sample: bool,
    },
    /// Look at everything that serving rests on, and say what to do. Changes nothing.
    Doctor {
        /// Read the whole audit trail as well, and say whether it was changed.
        #[arg(long)]
        audit: bool,
        /// Print one JSON document.
        #[arg(long)]
        json: bool,
    },
    /// Ask the server on this machine whether it lives; for container engines.
    Health,
    /// Copy the embedded database to a file while the server runs.
    Backup {
        /// Where to; it must not exist.
        file: PathBuf,
    },
    /// Look at mail that waits.
    #[command(subcommand)]
    Mail(Mail),
    /// Manage accounts.
    #[command(subcommand)]
    Users(Users),
    /// Manage the apps that sign people in here, or act for themselves.
    #[command(subcommand)]
    Clients(Clients),
    /// Manage the keys that sign tokens. They follow one another by themselves.
    #[command(subcommand)]
    Keys(Keys),
    /// Manage the master keys, which encrypt what rests in the database.
    #[command(subcommand)]
    Secrets(Secrets),
}

#[derive(Subcommand)]
pub(super) enum Clients {
    /// Register an OAuth client. Its secret is shown once.
    Create(CreateClient),
    /// Every client.
    List {
        /// Print one JSON document.
        #[arg(long)]
        json: bool,
    },
    /// Remove a client, with everything that it was given.
    Delete(NamedClient),
    /// Give a client a second secret; the first one goes on working.
    AddSecret(NamedClient),
}

#[derive(Args)]
pub(super) struct NamedClient {
    /// Its `client_id`.
    #[arg(long)]
    pub(super) id: String,
    /// Print one JSON document.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(super) struct CreateClient {
    /// What people are shown.
    #[arg(long)]
    pub(super) name: String,
    /// Where browsers may be sent back to, letter for letter; may be given several times.
    #[arg(long, value_name = "URI")]
    pub(super) redirect_uri: Vec<String>,
    /// `authorization_code`, `refresh_token` or `client_credentials`; may be given several times.
    #[arg(long, default_value = "authorization_code")]
    pub(super) grant: Vec<String>,
    /// What it may ask for: `openid`, `profile`, `email`, `offline_access`, scopes of the APIs.
    #[arg(long, default_value = "openid profile email")]
    pub(super) scope: Vec<String>,
    /// It runs where everybody can look into it (a browser, a phone): it has no secret.
    #[arg(long)]
    pub(super) public: bool,
    /// It signs assertions instead of having a secret; its public keys are in this file.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["public", "jwks_uri"])]
    pub(super) jwks: Option<std::path::PathBuf>,
    /// The same, with its public keys at this address.
    #[arg(long, value_name = "URI", conflicts_with = "public")]
    pub(super) jwks_uri: Option<String>,
    /// It knows people by names that apps elsewhere don't know.
    #[arg(long)]
    pub(super) pairwise: bool,
    /// It is your own: people aren't asked.
    #[arg(long)]
    pub(super) first_party: bool,
    /// It can't do PKCE. Only for a client with a secret or keys.
    #[arg(long)]
    pub(super) without_pkce: bool,
    /// Its own page.
    #[arg(long, value_name = "URI")]
    pub(super) home_uri: Option<String>,
    /// What it does with what it learns.
    #[arg(long, value_name = "URI")]
    pub(super) policy_uri: Option<String>,
    /// Print one JSON document.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Subcommand)]
pub(super) enum Keys {
    /// Every key that is published.
    List {
        /// Print one JSON document.
        #[arg(long)]
        json: bool,
    },
    /// Have the keys that sign followed by others, before it is time.
    Rotate(RotateKeys),
}

#[derive(Args)]
pub(super) struct RotateKeys {
    /// This key alone.
    #[arg(long, allow_hyphen_values = true)]
    pub(super) kid: Option<String>,
    /// Somebody else may have it: drop it at once, with everything that it signed.
    #[arg(long)]
    pub(super) compromised: bool,
    /// Print one JSON document.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Subcommand)]
pub(super) enum Secrets {
    /// Encrypt everything again, under a new master key. Servers go on running; a run that was broken
    /// off is taken up by the next one.
    Rotate {
        /// The seconds that running servers are given to read the changed key file, three times. 0 is
        /// safe only where none runs.
        #[arg(long, default_value_t = 3, value_name = "SECONDS")]
        wait: u64,
        /// Print one JSON document.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Subcommand)]
pub(super) enum Mail {
    /// The newest mails.
    List {
        /// Print one JSON document.
        #[arg(long)]
        json: bool,
    },
    /// One mail, with its text.
    Show {
        /// The mail's id.
        id: String,
        /// Print one JSON document.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Subcommand)]
pub(super) enum Users {
    /// Make an account. The password is read from standard input.
    Create(CreateUser),
    /// Invite somebody by mail; the link makes an account, whoever may sign up otherwise.
    Invite(InviteUser),
    /// The invitations that wait, oldest first.
    Invitations {
        /// Print one JSON document.
        #[arg(long)]
        json: bool,
    },
    /// Take an invitation back: its link stops working.
    Uninvite(NamedUser),
    /// Every account, oldest first.
    List {
        /// Print one JSON document.
        #[arg(long)]
        json: bool,
    },
    /// Shut an account: its sessions end, and nobody signs in to it.
    Disable(NamedUser),
    /// Open a disabled account again.
    Enable(NamedUser),
    /// Give an account a role in the place of the one before; its sessions end.
    Promote(PromoteUser),
    /// Take an account's role away; its sessions end. The last administrator keeps theirs.
    Demote(NamedUser),
}

#[derive(Args)]
pub(super) struct PromoteUser {
    /// The account, and how to print.
    #[command(flatten)]
    pub(super) user: NamedUser,
    /// What it may do: support sees everything and ends sessions, admin does everything.
    #[arg(long, value_enum, default_value_t = StaffRole::Admin)]
    pub(super) role: StaffRole,
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum StaffRole {
    Support,
    Admin,
}

#[derive(Args)]
pub(super) struct NamedUser {
    /// The account's address.
    #[arg(long)]
    pub(super) email: String,
    /// Print one JSON document.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Args)]
pub(super) struct InviteUser {
    /// The address that the mail goes to.
    #[arg(long)]
    pub(super) email: String,
    /// What you call the person; they can change it.
    #[arg(long)]
    pub(super) name: Option<String>,
    /// Give the administrator's role.
    #[arg(long)]
    pub(super) admin: bool,
    /// Print one JSON document.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Args)]
pub(super) struct CreateUser {
    /// The account's address.
    #[arg(long)]
    pub(super) email: String,
    /// What the person is called; the address's first part when left out.
    #[arg(long)]
    pub(super) name: Option<String>,
    /// You vouch that the address is theirs. Required: there is no unconfirmed account.
    #[arg(long, required = true)]
    pub(super) verified: bool,
    /// Give the administrator's role.
    #[arg(long)]
    pub(super) admin: bool,
    /// Print one JSON document.
    #[arg(long)]
    pub(super) json: bool,
}
