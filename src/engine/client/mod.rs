//! The docker client's own settings, read once for everything that uses them: where the engine is, how it is spoken to,
//! logins for registries, proxies for builds and containers. Each is applied as docker applies it (docker/cli,
//! cli/config and cli/context).

mod config_file;
mod contexts;
mod credentials;
mod locate;
mod proxies;
mod sockets;

pub use credentials::{Login, Looked, find_login, has_login};
pub use locate::{LocateHints, Target, config_folder, locate};

pub(super) use credentials::logins_for;
pub(super) use proxies::proxies;
