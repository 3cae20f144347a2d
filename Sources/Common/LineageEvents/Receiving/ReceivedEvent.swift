internal import Digests
package import Support

/// An event that another tool sent, read and checked as the specification of OpenLineage wants it (version 2-0-2; older ones are alike in this).
package struct ReceivedEvent: Sendable, Equatable {
    /// A dataset in it, and what it is to the run or the job.
    package struct Dataset: Sendable, Hashable {
        package enum Role: String, Sendable {
            case input, output
            /// Spoken of without a job.
            case subject
        }

        package var role: Role
        package var name: DatasetName
    }

    /// What tells events apart: sent twice, they are one.
    package var digest: String
    package var at: Timestamp
    /// Nil for an event about a job or a dataset alone.
    package var state: EventState?
    /// Nil for an event about a job or a dataset alone; 32 hexadecimal digits.
    package var run: String?
    package var job: EventJob?
    /// The job that started this one, where that is said.
    package var parent: EventJob?
    package var producer: String
    package var datasets: [Dataset]
    /// The whole event.
    package var body: JSONValue

    /// The most bytes of one event.
    package static let largest = 2 << 20
    /// The most datasets of one event.
    package static let mostDatasets = 5000

    /// - Throws: `invalidInput` with what is wrong with it, `tooLarge`.
    package init(_ body: JSONValue) throws(MartletError) {
        guard case .object = body else { throw ReceivedEvent.wrong("An event is a JSON object.") }
        let text = body.compact
        guard text.utf8.count <= ReceivedEvent.largest else {
            throw MartletError(.tooLarge, "An event is larger than \(ReceivedEvent.largest >> 20) MB. Let its sender leave out facets.")
        }
        self.body = body
        digest = Digest(of: text).rawValue
        guard let at = body["eventTime"].text.flatMap({ $0.utf8.count <= 64 ? Timestamp($0) : nil }) else {
            throw ReceivedEvent.wrong("“eventTime” is no moment, such as 2026-11-28T12:00:00Z.")
        }
        self.at = at
        producer = try ReceivedEvent.word(body["producer"], "producer")
        _ = try ReceivedEvent.word(body["schemaURL"], "schemaURL")
        let dataset = body["dataset"]
        if !dataset.isNull {
            guard body["run"].isNull, body["job"].isNull else { throw ReceivedEvent.wrong("An event about a dataset names no run and no job.") }
            datasets = try ReceivedEvent.datasets([dataset], .subject)
            return
        }
        job = try ReceivedEvent.job(body["job"], "job")
        if !body["run"].isNull {
            run = try ReceivedEvent.run(body["run"]["runId"])
            try ReceivedEvent.checkFacets(body["run"]["facets"], "run.facets")
            state = try ReceivedEvent.state(body["eventType"])
            let above = body["run"]["facets"]["parent"]["job"]
            parent = above.isNull ? nil : try ReceivedEvent.job(above, "run.facets.parent.job")
        }
        try ReceivedEvent.checkFacets(body["job"]["facets"], "job.facets")
        datasets = try ReceivedEvent.datasets(ReceivedEvent.list(body["inputs"], "inputs"), .input)
        datasets += try ReceivedEvent.datasets(ReceivedEvent.list(body["outputs"], "outputs"), .output)
        guard datasets.count <= ReceivedEvent.mostDatasets else {
            throw MartletError(.tooLarge, "An event names more than \(ReceivedEvent.mostDatasets) datasets.")
        }
    }

    private static func wrong(_ sentence: String) -> MartletError {
        MartletError(.invalidInput, "This is no event of OpenLineage. \(sentence)")
    }

    private static func word(_ value: JSONValue, _ name: String) throws(MartletError) -> String {
        guard let text = value.text, !text.isEmpty, text.utf8.count <= 2048, !text.utf8.contains(0) else {
            throw wrong("“\(name)” is a text of 1 to 2048 bytes.")
        }
        return text
    }

    private static func run(_ value: JSONValue) throws(MartletError) -> String {
        guard let text = value.text, text.utf8.count <= 64, let id = TimeOrderedID(text) else { throw wrong("“run.runId” is a UUID.") }
        return id.description
    }

    private static func state(_ value: JSONValue) throws(MartletError) -> EventState {
        if value.isNull { return .other }
        guard let state = value.text.flatMap(EventState.init) else {
            throw wrong("“eventType” is one of \(EventState.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        return state
    }

    private static func job(_ value: JSONValue, _ name: String) throws(MartletError) -> EventJob {
        guard case .object = value else { throw wrong("It names no job: “\(name)” is an object with “namespace” and “name”.") }
        return EventJob(namespace: try word(value["namespace"], "\(name).namespace"), name: try word(value["name"], "\(name).name"))
    }

    private static func list(_ value: JSONValue, _ name: String) throws(MartletError) -> [JSONValue] {
        if value.isNull { return [] }
        guard case .array(let elements) = value else { throw wrong("“\(name)” is a list of datasets.") }
        return elements
    }

    private static func checkFacets(_ value: JSONValue, _ name: String) throws(MartletError) {
        switch value {
        case .null: return
        case .object(let members):
            for member in members {
                if case .object = member.value { continue }
                throw wrong("“\(name).\(member.key.prefix(60))” is an object.")
            }
        default: throw wrong("“\(name)” is an object of facets.")
        }
    }

    private static func datasets(_ values: [JSONValue], _ role: Dataset.Role) throws(MartletError) -> [Dataset] {
        var (found, seen) = ([Dataset](), Set<Dataset>())
        for value in values {
            guard case .object = value else { throw wrong("A dataset is an object with “namespace” and “name”.") }
            let own = DatasetName(try word(value["namespace"], "namespace of a dataset"), try word(value["name"], "name of a dataset"))
            try checkFacets(value["facets"], "facets of a dataset")
            // Under these other names the same dataset is known elsewhere.
            let others = value["facets"]["symlinks"]["identifiers"].elements.prefix(20).compactMap { other -> DatasetName? in
                guard let namespace = other["namespace"].text, let name = other["name"].text, !name.isEmpty, name.utf8.count <= 2048,
                    namespace.utf8.count <= 2048, !(namespace + name).utf8.contains(0)
                else { return nil }
                return DatasetName(namespace, name)
            }
            for name in [own] + others where seen.insert(Dataset(role: role, name: name)).inserted { found.append(Dataset(role: role, name: name)) }
        }
        return found
    }
}
