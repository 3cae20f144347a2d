package import Support

/// What an event says of a run.
package enum EventState: String, Sendable, CaseIterable {
    case start = "START"
    case running = "RUNNING"
    case complete = "COMPLETE"
    case abort = "ABORT"
    case fail = "FAIL"
    case other = "OTHER"

    /// Whether the run is over.
    package var isEnd: Bool { self == .complete || self == .abort || self == .fail }
}

/// One event about a run, as OpenLineage writes it (version 2-0-2 of its specification).
package struct LineageEvent: Sendable {
    package var state: EventState
    package var at: Timestamp
    package var run: RunID
    package var runFacets: [EventFacet] = []
    package var job: EventJob
    package var jobFacets: [EventFacet] = []
    package var inputs: [EventDataset] = []
    package var outputs: [EventDataset] = []
    /// The address that says which program in which version tells this.
    package var producer: String

    package init(_ state: EventState, at: Timestamp, run: RunID, job: EventJob, producer: String) {
        self.state = state
        self.at = at
        self.run = run
        self.job = job
        self.producer = producer
    }

    package var json: JSONValue {
        [
            "eventTime": .string(at.description), "producer": .string(producer),
            "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent", "eventType": .string(state.rawValue),
            "run": ["runId": .string(run.uuid), "facets": EventFacet.object(runFacets, by: producer)],
            "job": ["namespace": .string(job.namespace), "name": .string(job.name), "facets": EventFacet.object(jobFacets, by: producer)],
            "inputs": .array(inputs.map { $0.json("inputFacets", by: producer) }),
            "outputs": .array(outputs.map { $0.json("outputFacets", by: producer) }),
        ]
    }
}

/// A job by its name.
package struct EventJob: Sendable, Hashable {
    package var namespace: String
    package var name: String

    package init(namespace: String, name: String) {
        self.namespace = namespace
        self.name = name
    }
}

/// A dataset that an event speaks of.
package struct EventDataset: Sendable {
    package var name: DatasetName
    package var facets: [EventFacet]
    /// What is told of it as an input or an output of this very run.
    package var ownFacets: [EventFacet]

    package init(_ name: DatasetName, facets: [EventFacet] = [], ownFacets: [EventFacet] = []) {
        self.name = name
        self.facets = facets
        self.ownFacets = ownFacets
    }

    func json(_ own: String, by producer: String) -> JSONValue {
        [
            "namespace": .string(name.namespace), "name": .string(name.name), "facets": EventFacet.object(facets, by: producer),
            own: EventFacet.object(ownFacets, by: producer),
        ]
    }
}

extension RunID {
    /// The identifier with the hyphens of a UUID.
    package var uuid: String {
        let digits = Array(rawValue)
        guard digits.count == 32 else { return rawValue }
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }.joined(separator: "-")
    }
}
