internal import Access
internal import Events
internal import Planning
internal import Registry
internal import Support

/// The chain protects the record, not the tables beside it: whoever moves an alias, gives a role, ties an identity or signs in the database, past the
/// program, leaves no event. So what decides something is held against what the record tells, in both directions.
extension Project {
    /// Where the database and the record say different things, in sentences.
    func discrepancies() throws(MartletError) -> [String] {
        let found = try lookForDiscrepancies()
        // Somebody may have written between the two reads of a comparison; what is really there is there again.
        return found.isEmpty ? [] : try lookForDiscrepancies()
    }

    private func lookForDiscrepancies() throws(MartletError) -> [String] {
        var found: [String] = []
        let versions = try models.registered()
        let names = RegisteredNames(try events.find(EventFilter(kind: "model.renamed"), limit: .max))
        for (model, versions) in Dictionary(grouping: versions, by: \.model).sorted(by: { $0.key < $1.key })
        where try !movesAreRecorded(of: model, versions, names) {
            found.append("The moves of the aliases of \(model) in the database are not those that the record tells of.")
        }
        let told = try events.all(
            of: ["user", "service", "role", "token", "lease", "session", "approval"],
            kinds: ["model.registered", ModelCatalog.removed, "gate.judged", "objectives.checked", "promotion.rule"])
        found += try versionComparison(told, versions, names).sentences + checkComparison(told).sentences
        found +=
            try RecordedAccess(self, told).sentences() + identityDiscrepancies() + RecordedApprovals(self, told).sentences() + trafficDiscrepancies()
        if try isCharterConfirmed(), try !isConfirmationRecorded() {
            found.append("The database says that the charter is confirmed; the record does not.")
        }
        return found
    }

    /// Whether the moves of a model's aliases are, one after the other, those of the events of its versions, and of the model where it lost one.
    private func movesAreRecorded(of model: String, _ versions: [ModelVersion], _ names: RegisteredNames) throws(MartletError) -> Bool {
        var moved: [(sequence: Int, text: String)] = []
        let subjects = names.all(of: model).flatMap { held in
            [(held, "model:\(held.name)")] + versions.map { (held, "model:\(held.name)@v\($0.version)") }
        }
        for (held, subject) in subjects {
            let version = Reference(subject)?.version.map { "\($0)" } ?? ""
            for event in try events.find(EventFilter(kind: "model", subject: subject), limit: .max)
            where held.time.contains(event.sequence) && ["model.promoted", "model.restored", "model.withdrawn"].contains(event.kind) {
                let words = [event.body["alias"].text ?? "", version, event.actor, event.body["reason"].text ?? ""]
                moved.append((event.sequence, words.joined(separator: "\n")))
            }
        }
        let told = moved.sorted { $0.sequence < $1.sequence }.map(\.text)
        let held = try models.history(of: model).map { move in
            [move.alias, move.version.map { "\($0)" } ?? "", move.actor, move.reason].joined(separator: "\n")
        }
        return told == held
    }

    /// The bytes that each version stands for, and who made it.
    private func versionComparison(_ events: [Event], _ versions: [ModelVersion], _ names: RegisteredNames) -> RecordComparison {
        var comparison = RecordComparison("model versions")
        for event in events where ["model.registered", ModelCatalog.removed].contains(event.kind) {
            let subject = names.present(event.subject, registeredAt: event.sequence)
            guard event.kind != ModelCatalog.removed else {
                comparison.told[subject] = nil
                continue
            }
            comparison.told[subject] = "\(event.body["digest"].text ?? "") by \(event.body["authors"].compact)"
            if event.body["authors"].isNull { comparison.told[subject] = event.body["digest"].text ?? "" }
        }
        for version in versions {
            let ref = version.reference.description
            let isAuthored = comparison.told[ref]?.contains(" by ") ?? true
            comparison.held[ref] = "\(version.digest)" + (isAuthored ? " by \(JSONValue(version.authors).compact)" : "")
        }
        return comparison
    }

    /// What was judged of each subject, one judgement after the other.
    private func checkComparison(_ events: [Event]) throws(MartletError) -> RecordComparison {
        var comparison = RecordComparison("judgements")
        for event in events where ["gate.judged", "objectives.checked"].contains(event.kind) {
            for check in event.body["checks"].elements {
                comparison.told[event.subject, default: ""] += "\(check["objective"].text ?? "") \(check["verdict"].text ?? "")\n"
            }
        }
        for subject in Set(try checks.subjects()).union(comparison.told.keys) {
            for check in try checks.history(subject: subject) {
                comparison.held[subject, default: ""] += "\(check.objective) \(check.verdict.rawValue)\n"
            }
        }
        return comparison
    }

    /// Whose the identities at providers are, as the table holds it against as the events tell.
    private func identityDiscrepancies() throws(MartletError) -> [String] {
        let (held, told) = (try identities.all(), try asOf(clock.now()).identities.all())
        func owner(_ links: [LinkedIdentity], _ wanted: LinkedIdentity) -> String {
            links.first { $0.issuer == wanted.issuer && $0.subject == wanted.subject }.map { "“\($0.principal)”" } ?? "nobody"
        }
        let missing = told.filter { owner(held, $0) == "nobody" }
        return (held + missing).filter { owner(held, $0) != owner(told, $0) }.map {
            "The identity \($0.subject) at \($0.issuer) belongs to \(owner(held, $0)) in the database, and to \(owner(told, $0)) by the record."
        }
    }

    private func isConfirmationRecorded() throws(MartletError) -> Bool {
        try events.find(EventFilter(kind: "charter.confirmed"), limit: .max).contains { $0.body["digest"].text == file.charterDigest }
    }
}

/// Things of one sort as the tables hold them and as the record tells of them, each in words.
struct RecordComparison {
    let sort: String
    var held: [String: String] = [:]
    var told: [String: String] = [:]

    init(_ sort: String) { self.sort = sort }

    /// What is different, in a sentence for each.
    var sentences: [String] {
        Set(held.keys).union(told.keys).sorted().compactMap { name in
            guard held[name] != told[name] else { return nil }
            if told[name] == nil { return "Among the \(sort), the database has “\(name)”, of which the record tells nothing." }
            if held[name] == nil { return "Among the \(sort), the record tells of “\(name)”, which the database has not." }
            return "Among the \(sort), “\(name)” is not what the record tells."
        }
    }
}

/// The names that registered models have had, as the record tells of them.
struct RegisteredNames {
    /// A name that a model has had, and between which events.
    struct Held {
        var name: String
        var time: Range<Int>
    }

    private let renamed: [(sequence: Int, from: String, to: String)]

    init(_ events: [Event]) {
        renamed = events.map { ($0.sequence, String($0.subject.dropFirst(6)), $0.body["to"].text ?? "") }.sorted { $0.0 < $1.0 }
    }

    /// Every name that a model has had, the present one first.
    func all(of model: String) -> [Held] {
        var names = [Held(name: model, time: (renamed.last { $0.from == model }?.sequence ?? 0)..<Int.max)]
        for move in renamed.reversed() {
            guard let last = names.last, move.to == last.name, last.time.contains(move.sequence) else { continue }
            names[names.count - 1].time = move.sequence..<last.time.upperBound
            let before = renamed.last { $0.from == move.from && $0.sequence < move.sequence }?.sequence ?? 0
            names.append(Held(name: move.from, time: before..<move.sequence))
        }
        return names
    }

    /// What a version is called now.
    func present(_ subject: String, registeredAt sequence: Int) -> String {
        guard let reference = Reference(subject), let selector = reference.selector else { return subject }
        var name = reference.name
        for move in renamed where move.sequence > sequence && move.from == name { name = move.to }
        return "model:\(name)@\(selector)"
    }
}
