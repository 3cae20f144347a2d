internal import Access
internal import Events
internal import Planning
internal import Registry
internal import Support

/// The chain protects the record, not the tables beside it: whoever moves an alias, gives a role or ties an identity in the database, past the program, leaves no
/// event. So what decides something is held against what the record tells.
extension Project {
    /// Where the database and the record say different things, in sentences.
    func discrepancies() throws(MartletError) -> [String] {
        let found = try lookForDiscrepancies()
        // Somebody may have written between the two reads of a comparison; what is really there is there again.
        return found.isEmpty ? [] : try lookForDiscrepancies()
    }

    private func lookForDiscrepancies() throws(MartletError) -> [String] {
        var found: [String] = []
        for model in try models.models() where try !movesAreRecorded(of: model) {
            found.append("The moves of the aliases of \(model) in the database are not those that the record tells of.")
        }
        found += try roleDiscrepancies() + identityDiscrepancies()
        if try isCharterConfirmed(), try !isConfirmationRecorded() {
            found.append("The database says that the charter is confirmed; the record does not.")
        }
        return found
    }

    /// Whether the moves of a model's aliases are, one after the other, those of the events of its versions.
    private func movesAreRecorded(of model: String) throws(MartletError) -> Bool {
        var moved: [(sequence: Int, text: String)] = []
        for version in try models.versions(of: model) {
            for event in try events.find(EventFilter(kind: "model", subject: version.reference.description), limit: .max)
            where ["model.promoted", "model.restored"].contains(event.kind) {
                let words = [event.body["alias"].text ?? "", "\(version.version)", event.actor, event.body["reason"].text ?? ""]
                moved.append((event.sequence, words.joined(separator: "\n")))
            }
        }
        let told = moved.sorted { $0.sequence < $1.sequence }.map(\.text)
        let held = try models.history(of: model).map { move in
            [move.alias, move.version.map { "\($0)" } ?? "", move.actor, move.reason].joined(separator: "\n")
        }
        return told == held
    }

    /// Roles as the tables hold them against roles as the events tell.
    private func roleDiscrepancies() throws(MartletError) -> [String] {
        let held = try principals.all()
        let told = try asOf(clock.now()).principals.all()
        return held.compactMap { principal in
            let other = told.first { $0.id == principal.id }
            guard other?.roles != principal.roles || other?.isDisabled != principal.isDisabled else { return nil }
            func words(_ principal: Principal) -> String {
                (principal.isDisabled ? "shut out, " : "") + (principal.roles.isEmpty ? "no role" : principal.roles.joined(separator: ", "))
            }
            return "“\(principal.id)” has \(words(principal)) in the database, and \(other.map(words) ?? "is unknown") by the record."
        }
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
