package import Support

/// What became of the rows that were handed to a prediction log, since it was first opened.
package struct PredictionLogCounts: Sendable, Equatable {
    /// Rows taken into the queue.
    package var accepted = 0
    /// Rows turned away because the queue was full.
    package var dropped = 0
    /// Accepted rows that the disk did not take.
    package var failed = 0
    /// Accepted rows that died with a process before they were written.
    package var lost = 0
    /// Rows left out by sampling, since this process began.
    package var sampledOut = 0
    /// Why the last write failed; nil once one has worked again.
    package var error: String?

    package init() {}

    package var json: JSONValue {
        [
            "accepted": JSONValue(accepted), "dropped": JSONValue(dropped), "failed": JSONValue(failed), "lost": JSONValue(lost),
            "sampled_out": JSONValue(sampledOut), "error": JSONValue(error),
        ]
    }
}

/// What a start found that the previous process had left behind.
package struct PredictionLogRecovery: Sendable, Equatable {
    /// Rows that were accepted and never reached the operating system.
    package var lostRows = 0
    /// Bytes of torn blocks that were cut off.
    package var cutBytes = 0
    /// Segments that had been left open and were closed now.
    package var repairedSegments = 0

    package init(lostRows: Int = 0, cutBytes: Int = 0, repairedSegments: Int = 0) {
        self.lostRows = lostRows
        self.cutBytes = cutBytes
        self.repairedSegments = repairedSegments
    }
}

/// How a prediction log behaves.
package struct PredictionLogOptions: Sendable, Equatable {
    /// Whether an answer waits for its record.
    package enum Mode: String, Sendable, CaseIterable {
        /// Answers do not wait; a killed process loses at most what `flushInterval` holds.
        case async
        /// Answers wait until their record is with the operating system.
        case durable
    }

    package var mode: Mode
    /// The share of rows that is logged, 0 to 1.
    package var sample: Double
    /// Seconds for which predictions are kept; nil for ever.
    package var keep: Double?
    /// Who is told of requests and answers; nil for nobody.
    package var events: EventsPlan?
    /// Whether a server writes a copy of closed segments that other programs read.
    package var parquet = true
    /// Which columns are not logged as they came.
    package var privacy = LogPrivacy()
    /// Seconds after which waiting rows are written, at most 1.
    package var flushInterval = 0.25
    /// Rows that may wait; more are dropped and counted.
    package var queueLimit = 131_072
    /// Bytes after which a new segment is begun.
    package var segmentBytes = 64 << 20
    /// Blocks after which a new segment is begun.
    package var segmentBlocks = 16_384
    /// Seconds after which a new segment is begun.
    package var segmentAge = 86_400.0

    package init(mode: Mode = .async, sample: Double = 1, keep: Double? = nil) {
        self.mode = mode
        self.sample = sample
        self.keep = keep
    }
}
