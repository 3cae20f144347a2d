import Support
import Telemetry

/// What an endpoint notes of a request, where somebody is told of requests; elsewhere it costs one comparison.
extension Endpoint {
    /// Notes who answered what.
    func noteAnswer(_ prepared: PreparedQuestion, _ batch: PredictionBatch) {
        guard plan.telemetry.isOn, let notes = RequestNotes.current else { return }
        notes.note { found in
            (found.endpoint, found.version, found.rows) = (name, prepared.model.version, batch.ids.count)
            found.prediction = batch.ids.first?.description
        }
    }

    /// Asks a model on this thread, and notes how long that took.
    func noting<Value>(_ ask: () throws(MartletError) -> Value) throws(MartletError) -> Value {
        guard plan.telemetry.isOn, let notes = RequestNotes.current else { return try ask() }
        let start = monotonicSeconds()
        defer {
            let end = monotonicSeconds()
            notes.note { $0.asked = RequestNotes.Stretch(start: start, end: end) }
        }
        return try ask()
    }
}
