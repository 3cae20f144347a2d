import Access
import Audit
import Data
import Events
import Foundation
import Planning
import Projects
import Registry
import Support
import TestSupport
import Testing

/// A life with two champions, a rollback, a new bound and changing roles, and the moments between.
private struct Life {
    let toy: ToyProject
    private(set) var moments: [String: Timestamp] = [:]

    init() throws {
        toy = try ToyProject()
        mark("nothing")
        try toy.write(settings: "- {id: high, metric: auc, on: test, min: 0.5}")
        try toy.open().confirmCharter()
        try toy.run()
        mark("first")
        try toy.write(rows: 0..<1400)
        try toy.run()
        mark("second")
        _ = try toy.open().rollback(reason: "it was worse")
        mark("rolled back")
        try toy.write(settings: "- {id: high, metric: auc, on: test, min: 0.75}")
        _ = try toy.open().promote("model:toy@v1", reason: "again, with the new bound")
        mark("stricter")
        try toy.open().principals.add("ann", kind: .user, name: nil, role: "owner", password: nil)
        try toy.open().principals.add("bob", kind: .user, name: "Bob B", role: "viewer", password: nil)
        try toy.open().identities.link(issuer: "https://id.example", subject: "7", to: "ann")
        mark("two")
        try toy.open().identities.unlink(issuer: "https://id.example", subject: "7")
        try toy.open().identities.link(issuer: "https://id.example", subject: "7", to: "bob")
        try toy.open().principals.grant("maintainer", to: "bob")
        try toy.open().principals.revoke("viewer", from: "bob")
        mark("moved")
        try toy.open().principals.grant("viewer", to: "bob")
        try toy.open().principals.disable("bob")
        toy.clock.advance(bySeconds: 60)
    }

    private mutating func mark(_ name: String) {
        moments[name] = toy.clock.now()
        toy.clock.advance(bySeconds: 60)
    }

    /// The project as it was.
    func at(_ name: String) throws -> Project { try toy.open().asOf(#require(moments[name])) }
}

@Suite("A project as it was", .enabled(if: ToyProject.canRun, "DuckDB and ONNX Runtime are not set up")) struct AsOfTests {
    @Test("shows aliases, history, runs, checks, charter, thresholds and roles of every moment") func life() throws {
        let life = try Life()
        func champion(_ name: String) throws -> Int? { try life.at(name).champion()?.version }
        #expect(try ["nothing", "first", "second", "rolled back", "stricter"].map(champion) == [nil, 1, 2, 1, 1])
        #expect(try ["nothing", "first", "second", "rolled back"].map { try life.at($0).models.history(of: "toy").count } == [0, 1, 2, 3])
        #expect(try ["first", "second"].map { try life.at($0).models.versions(of: "toy").count } == [1, 2])
        #expect(try ["first", "second"].map { try life.at($0).show("model:toy@v1")["aliases"].elements.count } == [1, 0])
        #expect(try life.at("first").show("model:toy@champion")["ref"].text == "model:toy@v1")
        try thresholds(life)
        try standing(life)
        try roles(life)
    }

    private func thresholds(_ life: Life) throws {
        func bound(_ name: String) throws -> String? {
            try life.at(name).file.charter.objectives.first { $0.id == "high" }.map { "\($0.bound)" }
        }
        #expect(try bound("first") == "\(Objective.Bound.atLeast(0.5))" && bound("rolled back") == "\(Objective.Bound.atLeast(0.5))")
        #expect(try bound("stricter") == "\(Objective.Bound.atLeast(0.75))")
        #expect(try life.at("second").isCharterConfirmed() && !life.at("stricter").isCharterConfirmed())
        let past = try life.at("nothing")
        #expect(past.past?.settingsRecorded == nil && past.past?.sentence.contains("as it stands now") == true)
        #expect(try life.at("stricter").past?.settingsRecorded != nil)
    }

    private func standing(_ life: Life) throws {
        let first = try life.at("first").status()
        #expect(first.isConfirmed && first.champion?.version == 1 && first.dataset?.version == 1 && first.latest?.version == 1)
        #expect(first.next.isEmpty && first.outOfDate.isEmpty && first.json["as_of"].text != nil)
        #expect(first.objectives.allSatisfy { $0.last?.subject == "model:toy@v1" })
        #expect(try life.at("second").status().objectives.allSatisfy { $0.last?.subject == "model:toy@v2" })
        #expect(try life.at("nothing").status().run == nil)
        let why = try life.at("first").why("model:toy@champion")
        #expect(why.subject == "model:toy@v1" && why.links.contains { $0.ref == "dataset:toy@v1" })
        #expect(errorCode { try life.at("first").why("model:toy@v2") } == .notFound)
    }

    private func roles(_ life: Life) throws {
        func roles(_ name: String) throws -> [String: [String]] {
            Dictionary(uniqueKeysWithValues: try life.at(name).principals.all().map { ("\($0.id)", $0.isDisabled ? ["shut out"] : $0.roles) })
        }
        #expect(try roles("stricter") == [:])
        #expect(try roles("two") == ["ann": ["owner"], "bob": ["viewer"]])
        #expect(try roles("moved") == ["ann": ["owner"], "bob": ["maintainer"]])
        func owners(_ name: String) throws -> [String] { try life.at(name).identities.all().map { "\($0.principal) \($0.subject)" } }
        #expect(try owners("stricter").isEmpty && owners("two") == ["ann 7"] && owners("moved") == ["bob 7"])
        let now = try life.toy.open()
        #expect(try now.asOf(now.clock.now()).identities.all().isEmpty && now.identities.all().isEmpty, "bob was shut out.")
        let then = try now.asOf(now.clock.now()).principals.all()
        #expect(try then == now.principals.all())
    }

    @Test("cannot be changed, and the future is not shown") func refused() throws {
        let life = try Life()
        let past = try life.at("second")
        for write in [{ _ = try past.rollback(reason: "") }, { try past.confirmCharter() }, { try past.principals.grant("viewer", to: "ann") }] {
            #expect(errorCode(write) == .usage)
        }
        #expect(errorCode { try past.run(step: nil, force: true, observer: QuietObserver()) } == .usage)
        let now = life.toy.clock.now()
        #expect(try Past.moment("7d", now: now) == now.advanced(bySeconds: -7 * 86_400))
        #expect(try Past.moment("2026-11-01", now: now).description == "2026-11-01T00:00:00Z")
        for text in ["tomorrow", "", "2126-01-01", "-7d"] { #expect(errorCode { try Past.moment(text, now: now) } == .usage) }
    }

    @Test("and everything written on the way is in the record, which holds") func record() throws {
        let life = try Life()
        let project = try life.toy.open()
        let audit = try project.verifyRecord()
        #expect(audit.holds && audit.records > 20)
        let kinds = Set(try project.events.latest(1000).map(\.kind))
        let expected: Set<String> = [
            "settings.recorded", "charter.confirmed", "run.started", "run.finished", "step.finished", "dataset.added", "model.registered",
            "testset.opened", "model.judged", "gate.judged", "model.promoted", "model.restored", "user.added", "role.granted", "role.revoked",
            "user.disabled",
        ]
        #expect(expected.isSubset(of: kinds), "\(expected.subtracting(kinds))")
    }
}
