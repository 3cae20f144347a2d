package import Support

/// A source with a name: where rows come from, and what was agreed about them (`data.sources.NAME`).
package struct NamedSource: Sendable, Equatable {
    /// Whether the rows are one's own.
    package enum Origin: String, Sendable, CaseIterable {
        case `internal`, external
    }

    /// Where the rows are.
    package enum Place: Sendable, Equatable {
        /// One file at an address; fetched where it changed.
        case http(HTTPPlace)
        /// Objects whose keys match a pattern; fetched where they changed.
        case s3(S3Place)
        case postgres(QueryPlace)
        /// A file of SQLite.
        case sqlite(QueryPlace)
        /// A stream of Redis, read as a consumer group.
        case redis(RedisPlace)
        /// Rows that are posted to the server.
        case append
    }

    package var name: String
    package var place: Place
    package var origin: Origin = .internal
    package var owner: String?
    package var licence: String?
    /// How long what came is kept, in seconds; nil for always.
    package var keep: Double?
    /// How old the newest rows may be, in seconds; nil for any age.
    package var fresh: Double?
    /// The columns that tell rows apart. A row with a key that came before replaces the earlier one (queries with a watermark), or is left out as
    /// sent twice (streams, posted rows).
    package var key: [String] = []
    /// Where it stands in the settings.
    package var written: SourcePlace?

    package init(_ name: String, _ place: Place) {
        self.name = name
        self.place = place
    }

    /// How a source is named where files are.
    package static let prefix = "source:"

    package var reference: String { NamedSource.prefix + name }

    /// The word for its kind.
    package var kind: String {
        switch place {
        case .http: "http"
        case .s3: "s3"
        case .postgres: "postgres"
        case .sqlite: "sqlite"
        case .redis: "redis"
        case .append: "append"
        }
    }

    /// What a new batch is to those before it.
    package var growth: Growth {
        switch place {
        case .http, .s3: .replaces
        case .postgres(let query), .sqlite(let query): query.watermark == nil ? .replaces : key.isEmpty ? .adds : .updates
        case .redis, .append: .adds
        }
    }

    /// Whether all can be fetched anew: what a stream has handed over, or somebody posted, does not come again.
    package var canRestart: Bool {
        switch place {
        case .redis, .append: false
        default: true
        }
    }

    /// Whether its entries come as they happen, to whoever reads on.
    package var isStream: Bool {
        if case .redis = place { return true }
        return false
    }

    /// Whether rows are brought by asking; rows that are posted come by themselves.
    package var isPulled: Bool { place != .append }
}

/// What a new batch is to those before it.
package enum Growth: String, Sendable {
    /// It is all there is.
    case replaces
    /// It comes behind them.
    case adds
    /// Its rows replace those with the same key.
    case updates
}

/// A file at an address.
package struct HTTPPlace: Sendable, Equatable {
    /// `https://...`, or a `secret://` that stands for it.
    package var address: String
    /// The value of the header `Authorization`, or a `secret://` that stands for it.
    package var authorization: String?
    /// Whether this machine and private networks may be reached.
    package var allowsPrivate: Bool
}

/// Objects of a bucket.
package struct S3Place: Sendable, Equatable {
    package var bucket: String
    /// A key, with `*` for any text.
    package var pattern: String
    package var endpoint: String?
    package var region: String
    /// `secret://` references or the keys themselves; nil for a public bucket.
    package var accessKey: String?
    package var secretKey: String?
    package var allowsPrivate: Bool
}

/// Rows of a query.
package struct QueryPlace: Sendable, Equatable {
    /// A connection's address or a file's path, or a `secret://` that stands for it.
    package var address: String
    package var query: String
    /// The column that only grows: a moment of change, a number. Only rows beyond the last one are asked for.
    package var watermark: String?
}

extension QueryPlace {
    /// The query without the semicolon at its end, so that it can stand in brackets.
    var bare: String {
        var query = query[...]
        while let last = query.last, last.isWhitespace || last == ";" { query.removeLast() }
        return String(query)
    }
}

/// Entries of a stream.
package struct RedisPlace: Sendable, Equatable {
    /// `redis://...`, or a `secret://` that stands for it.
    package var address: String
    package var stream: String
    package var group: String
}
