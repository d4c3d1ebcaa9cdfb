//! The messages of BuildKit's progress and session, as far as they are used; unknown fields are skipped.
//!
//! Sources: moby/buildkit `api/services/control/control.proto`, `session/auth/auth.proto`; tonistiigi/fsutil
//! `types/wire.proto`, `types/stat.proto`; grpc/grpc `src/proto/grpc/health/v1/health.proto`.

use prost::Message;

/// `google.protobuf.Timestamp`.
#[derive(Clone, Copy, PartialEq, Message)]
pub(crate) struct Timestamp {
    #[prost(int64, tag = "1")]
    pub(crate) seconds: i64,
    #[prost(int32, tag = "2")]
    pub(crate) nanos: i32,
}

impl Timestamp {
    /// Seconds from `earlier` to this time; never negative.
    pub(crate) fn since(&self, earlier: &Self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "differences of seconds are small")]
        let seconds = self.seconds.saturating_sub(earlier.seconds) as f64;
        let nanos = f64::from(self.nanos) - f64::from(earlier.nanos);
        (seconds + nanos / 1e9).max(0.0)
    }
}

/// `moby.buildkit.v1.StatusResponse`: what is new in a build.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct StatusResponse {
    #[prost(message, repeated, tag = "1")]
    pub(crate) vertexes: Vec<Vertex>,
    #[prost(message, repeated, tag = "3")]
    pub(crate) logs: Vec<VertexLog>,
}

/// `moby.buildkit.v1.Vertex`: a step.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Vertex {
    #[prost(string, tag = "1")]
    pub(crate) digest: String,
    #[prost(string, tag = "3")]
    pub(crate) name: String,
    #[prost(bool, tag = "4")]
    pub(crate) cached: bool,
    #[prost(message, optional, tag = "5")]
    pub(crate) started: Option<Timestamp>,
    #[prost(message, optional, tag = "6")]
    pub(crate) completed: Option<Timestamp>,
    #[prost(string, tag = "7")]
    pub(crate) error: String,
}

/// `moby.buildkit.v1.VertexLog`: what a step printed.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct VertexLog {
    #[prost(string, tag = "1")]
    pub(crate) vertex: String,
    #[prost(bytes = "vec", tag = "4")]
    pub(crate) msg: Vec<u8>,
}

/// `fsutil.types.Packet`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Packet {
    #[prost(enumeration = "PacketType", tag = "1")]
    pub(crate) r#type: i32,
    #[prost(message, optional, tag = "2")]
    pub(crate) stat: Option<Stat>,
    #[prost(uint32, tag = "3")]
    pub(crate) id: u32,
    #[prost(bytes = "vec", tag = "4")]
    pub(crate) data: Vec<u8>,
}

/// `fsutil.types.Packet.PacketType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, prost::Enumeration)]
#[repr(i32)]
pub(crate) enum PacketType {
    /// A file, or with no stat the end of the list.
    Stat = 0,
    /// Asks for a file's bytes.
    Req = 1,
    /// Some of a file's bytes; empty at their end.
    Data = 2,
    /// All is done.
    Fin = 3,
    /// It failed.
    Err = 4,
}

/// `fsutil.types.Stat`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Stat {
    #[prost(string, tag = "1")]
    pub(crate) path: String,
    /// The bits of Go's `io/fs.FileMode`, not those of Unix.
    #[prost(uint32, tag = "2")]
    pub(crate) mode: u32,
    #[prost(uint32, tag = "3")]
    pub(crate) uid: u32,
    #[prost(uint32, tag = "4")]
    pub(crate) gid: u32,
    #[prost(int64, tag = "5")]
    pub(crate) size: i64,
    /// Nanoseconds since 1970.
    #[prost(int64, tag = "6")]
    pub(crate) modified: i64,
    #[prost(string, tag = "7")]
    pub(crate) linkname: String,
}

/// `moby.filesync.v1.CredentialsRequest`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct CredentialsRequest {
    #[prost(string, tag = "1")]
    pub(crate) host: String,
}

/// `moby.filesync.v1.CredentialsResponse`; empty means that there are none.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct CredentialsResponse {
    #[prost(string, tag = "1")]
    pub(crate) username: String,
    #[prost(string, tag = "2")]
    pub(crate) secret: String,
}

/// `grpc.health.v1.HealthCheckResponse`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct HealthCheckResponse {
    /// 1 is SERVING.
    #[prost(int32, tag = "1")]
    pub(crate) status: i32,
}
