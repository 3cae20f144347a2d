internal import Events
package import Lineage
internal import Planning
internal import Registry
package import Serving
package import Support

/// The chain behind one thing: what it rests on, back to data, code and charter.
package struct Why: Sendable {
    /// One link of the chain.
    package struct Link: Sendable {
        package var ref: String
        package var kind: String
        package var title: String
        /// Facts worth reading, in order.
        package var facts: [(name: String, value: String)]
        package var at: Timestamp?
    }

    package var subject: String
    package var links: [Link]
    package var edges: [LineageEdge]
    /// The row itself, where the subject is a prediction.
    package var prediction: PredictionRecord?
    package var label: String?
    /// What stands in the place of the row, where it was erased.
    package var erasure: Erasure?
}

extension Project {
    /// Why a thing is as it is.
    /// - Throws: `notFound` where nothing of that name was recorded.
    package func why(_ text: String) throws(MartletError) -> Why {
        let reference = try resolve(text)
        switch reference.kind {
        case .prediction: return try whyPrediction(reference)
        default:
            let ref = try canonical(reference)
            let walk = try lineage.walk(from: ref)
            guard !walk.nodes.isEmpty else { throw MartletError(.notFound, "Nothing is recorded about \(ref).") }
            var why = Why(
                subject: ref, links: try walk.nodes.map { node throws(MartletError) in try link(for: node, at: nil) }, edges: walk.edges,
                prediction: nil, label: nil)
            try why.addWriters(of: self, until: past?.moment)
            try why.addApprovals(of: self, until: past?.moment)
            return why
        }
    }

    private func whyPrediction(_ reference: Reference) throws(MartletError) -> Why {
        guard let id = TimeOrderedID(reference.name) else {
            throw MartletError(
                .invalidInput, "“\(reference.name)” is not a prediction's ID. An ID is 32 hexadecimal digits, as answered in “prediction_id”.")
        }
        guard let record = try PredictionLogReader.find(id, in: predictionsFolder) else {
            if let gone = try erasedPrediction(id.description) { return try whyErased(gone) }
            throw MartletError(
                .notFound, "No prediction \(id) is in the log. It may be older than the log's retention, or come from another project.")
        }
        if let past, record.time > past.moment { throw MartletError(.notFound, "The prediction \(id) was answered after \(past.moment).") }
        try readings.record("prediction.read", "prediction:\(id)", past.map { ["as_of": .string($0.moment.description)] } ?? .object([]))
        let model = "model:\(record.model.name)@v\(record.model.version)"
        let walk = try lineage.walk(from: model)
        let subject = "prediction:\(id)"
        var links = [predictionLink(record, subject)]
        for node in walk.nodes { links.append(try link(for: node, at: record.time)) }
        links.append(charterLink())
        let edges =
            [LineageEdge(source: subject, relation: "answered_by", target: model)] + walk.edges
            + [LineageEdge(source: model, relation: "judged_by", target: "charter:\(file.project)")]
        var why = Why(subject: subject, links: links, edges: edges, prediction: record, label: try label(of: record))
        try why.addWriters(of: self, until: record.time)
        try why.addApprovals(of: self, until: record.time)
        return why
    }

    /// The chain behind a prediction that was erased: its tombstone, and what it rested on, whole.
    private func whyErased(_ gone: ErasedPrediction) throws(MartletError) -> Why {
        let subject = "prediction:\(gone.id)"
        let facts: [(name: String, value: String)] = [
            ("endpoint", gone.endpoint), ("erased", gone.erasure.sentence), ("erased by", gone.erasure.actor),
        ]
        let walk = try lineage.walk(from: gone.model)
        var links = [Why.Link(ref: subject, kind: "prediction", title: "Prediction \(gone.id), \(gone.erasure.sentence)", facts: facts, at: gone.at)]
        for node in walk.nodes { links.append(try link(for: node, at: gone.at)) }
        links.append(charterLink())
        let edges =
            [LineageEdge(source: subject, relation: "answered_by", target: gone.model)] + walk.edges
            + [LineageEdge(source: gone.model, relation: "judged_by", target: "charter:\(file.project)")]
        return Why(subject: subject, links: links, edges: edges, prediction: nil, label: nil, erasure: gone.erasure)
    }

    private func predictionLink(_ record: PredictionRecord, _ subject: String) -> Why.Link {
        var facts: [(name: String, value: String)] = [("endpoint", record.endpoint)]
        if let key = record.key { facts.append((file.serving.key ?? "key", key)) }
        if let label = record.label { facts.append(("answer", label)) }
        facts.append((record.scores.count == 1 ? "score" : "scores", record.scores.map { Objective.text($0) }.joined(separator: ", ")))
        if let outlier = record.outlier { facts.append(("outlier score", InputFindings.figure(outlier))) }
        let inputs = record.inputs.map { "\($0.key)=\($0.value.text ?? $0.value.compact)" }.joined(separator: " ")
        facts.append(("input", inputs))
        return Why.Link(ref: subject, kind: "prediction", title: "Prediction \(record.id)", facts: facts, at: record.time)
    }

    private func charterLink() -> Why.Link {
        var facts: [(name: String, value: String)] = []
        if let outcome = file.charter.outcome { facts.append(("outcome", outcome)) }
        for objective in file.charter.objectives {
            facts.append((objective.id, objective.sentence + (objective.source?.line.map { " (line \($0))" } ?? "")))
        }
        for (role, person) in file.charter.people { facts.append((role, person)) }
        return Why.Link(ref: "charter:\(file.project)", kind: "charter", title: "Charter of \(file.project)", facts: facts, at: nil)
    }

    /// A link with what its kind adds to the recorded facts.
    private func link(for node: LineageNode, at moment: Timestamp?) throws(MartletError) -> Why.Link {
        let reference = Reference(node.ref)
        var facts = node.facts.members.filter { !$0.value.isNull }.map { (name: $0.key, value: $0.value.text ?? $0.value.compact) }
        if let reference, reference.kind == .model, let version = reference.version {
            facts = try modelFacts(reference.name, version, at: moment) + facts
        }
        if let reference, reference.kind == .dataset, let number = reference.version {
            facts = facts.filter { $0.name != "validation" } + (try datasetFacts(reference.name, number))
        }
        facts += try erasedFacts(node)
        let kind = reference?.kind.rawValue ?? "thing"
        return Why.Link(ref: node.ref, kind: kind, title: node.ref, facts: facts, at: node.at)
    }

    /// What was erased of a thing since, and of the data that a model learnt from.
    private func erasedFacts(_ node: LineageNode) throws(MartletError) -> [(name: String, value: String)] {
        let reference = Reference(node.ref)
        var facts = try erasedRows(of: node.ref).map { (name: "erased", value: "\($0.rows) \($0.rows == 1 ? "row" : "rows") \($0.erasure.sentence)") }
        if reference?.kind == .model {
            let data = try lineage.walk(from: node.ref).nodes.map(\.ref).filter { Reference($0)?.kind == .dataset }
            for dataset in data {
                for gone in try erasedRows(of: dataset) where node.at < gone.erasure.begun {
                    let rows = gone.rows == 1 ? "1 row" : "\(gone.rows) rows"
                    facts.append(("erased since", "\(rows) of \(dataset), \(gone.erasure.sentence); the model still learnt from that"))
                }
            }
        }
        return facts
    }

    /// Aliases at the moment, and what the gate found.
    private func modelFacts(_ model: String, _ version: Int, at moment: Timestamp?) throws(MartletError) -> [(name: String, value: String)] {
        let aliases = try models.standing(model, at: moment).filter { $0.value == version }.keys.sorted()
        var facts: [(name: String, value: String)] = []
        if !aliases.isEmpty { facts.append((moment == nil ? "alias" : "alias then", aliases.joined(separator: ", "))) }
        let isKnown = { (at: Timestamp) in moment.map { at <= $0 } ?? true }
        var judged: [CheckResult] = []
        for check in try checks.history(subject: "model:\(model)@v\(version)") where isKnown(check.at) {
            if let known = judged.firstIndex(where: { $0.objective == check.objective }) { judged[known] = check } else { judged.append(check) }
        }
        facts += judged.map { ("gate \($0.objective)", "\($0.verdict.rawValue): \($0.reason)") }
        if let move = try models.history(of: model).last(where: { $0.version == version && isKnown($0.at) }) {
            facts.append(("promoted", "\(move.at) by \(move.actor): \(move.reason)"))
        }
        return facts
    }
}
