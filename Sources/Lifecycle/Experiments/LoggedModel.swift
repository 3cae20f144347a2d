package import Support

/// A model that a run has logged: files, what was said of it, and the metrics that were measured of it. It need not be registered.
package struct LoggedModel: Sendable, Equatable {
    package enum Status: String, Sendable, CaseIterable { case pending, ready, failed }

    package var id: String
    package var experiment: Int
    package var name: String
    /// The run that made it; nil where none did.
    package var run: RunID?
    package var type: String
    package var status: Status
    package var message: String
    package var created: Timestamp
    package var updated: Timestamp
    package var deleted: Timestamp?
    package var actor: String?
    package var parameters: [KeyValue] = []
    package var tags: [KeyValue] = []
    package var metrics: [ModelMetric] = []
}

/// The latest value of a metric of a logged model on one dataset.
package struct ModelMetric: Sendable, Equatable {
    package var point: MetricPoint
    package var run: RunID
}
