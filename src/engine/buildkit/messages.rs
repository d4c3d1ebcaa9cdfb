//! The messages that are exchanged, by hand: only the fields that are read or written here.
//!
//! Sources: moby/buildkit `api/services/control/control.proto`, tonistiigi/fsutil `types/wire.proto` and `stat.proto`.

/// A moment.
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub(super) struct Timestamp {
    #[prost(int64, tag = "1")]
    pub(super) seconds: i64,
    #[prost(int32, tag = "2")]
    pub(super) nanos: i32,
}

impl Timestamp {
    /// Seconds from another moment to this one, 0 when it is later.
    #[expect(clippy::cast_precision_loss, reason = "differences are small")]
    pub(super) fn seconds_since(self, earlier: Self) -> f64 {
        let whole = self.seconds.saturating_sub(earlier.seconds) as f64;
        (whole + f64::from(self.nanos.saturating_sub(earlier.nanos)) / 1e9).max(0.0)
    }
}

/// A step of a build.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub(super) struct Vertex {
    #[prost(string, tag = "1")]
    pub(super) digest: String,
    #[prost(string, tag = "3")]
    pub(super) name: String,
    #[prost(bool, tag = "4")]
    pub(super) cached: bool,
    #[prost(message, optional, tag = "5")]
    pub(super) started: Option<Timestamp>,
    #[prost(message, optional, tag = "6")]
    pub(super) completed: Option<Timestamp>,
    #[prost(string, tag = "7")]
    pub(super) error: String,
}

/// What a step printed.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub(super) struct VertexLog {
    #[prost(string, tag = "1")]
    pub(super) vertex: String,
    #[prost(bytes = "vec", tag = "4")]
    pub(super) msg: Vec<u8>,
}

/// Progress.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub(super) struct StatusResponse {
    #[prost(message, repeated, tag = "1")]
    pub(super) vertexes: Vec<Vertex>,
    #[prost(message, repeated, tag = "3")]
    pub(super) logs: Vec<VertexLog>,
}

/// A packet of the file transfer.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub(super) struct Packet {
    #[prost(int32, tag = "1")]
    pub(super) kind: i32,
    #[prost(message, optional, tag = "2")]
    pub(super) stat: Option<Stat>,
    #[prost(uint32, tag = "3")]
    pub(super) id: u32,
    #[prost(bytes = "vec", tag = "4")]
    pub(super) data: Vec<u8>,
}

/// Kinds of packets.
pub(super) mod kind {
    pub(in super::super) const STAT: i32 = 0;
    pub(in super::super) const REQUEST: i32 = 1;
    pub(in super::super) const DATA: i32 = 2;
    pub(in super::super) const FINISHED: i32 = 3;
    pub(in super::super) const ERROR: i32 = 4;
}

/// What a file is.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub(super) struct Stat {
    #[prost(string, tag = "1")]
    pub(super) path: String,
    /// Go's `fs.FileMode`.
    #[prost(uint32, tag = "2")]
    pub(super) mode: u32,
    #[prost(uint32, tag = "3")]
    pub(super) uid: u32,
    #[prost(uint32, tag = "4")]
    pub(super) gid: u32,
    #[prost(int64, tag = "5")]
    pub(super) size: i64,
    /// Nanoseconds since 1970.
    #[prost(int64, tag = "6")]
    pub(super) modified: i64,
    #[prost(string, tag = "7")]
    pub(super) link: String,
}
