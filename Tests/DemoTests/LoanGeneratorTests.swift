import Demo
import Support
import Tables
import Testing

@Suite("The loan generator")
struct LoanGeneratorTests {
    @Test("The same seed gives the same bytes")
    func repeats() throws {
        let first = try LoanGenerator(seed: 7).month(5, applications: 500)
        let second = try LoanGenerator(seed: 7).month(5, applications: 500)
        #expect(first.table.commaSeparated() == second.table.commaSeparated())
        #expect(first.labels == second.labels)
    }

    @Test("Another seed or another month gives other rows")
    func varies() throws {
        let ages = try [(7, 0), (8, 0), (7, 1)].map { seed, month in
            try LoanGenerator(seed: UInt64(seed)).month(month, applications: 200).table.column("age")
        }
        #expect(ages[0] != ages[1])
        #expect(ages[0] != ages[2])
    }

    @Test("Applications arrive in order, within their month, each with a key of its own")
    func order() throws {
        for index in 0..<LoanGenerator.months {
            let month = try LoanGenerator(seed: 3).month(index, applications: 300)
            let times = try #require(month.table.column("applied_at").numbers)
            #expect(times == times.sorted())
            #expect(times.allSatisfy { $0 >= LoanGenerator.start(ofMonth: index).seconds && $0 < LoanGenerator.start(ofMonth: index + 1).seconds })
            #expect(Set(month.labels.map(\.key)).count == 300)
            #expect(try month.table.column(LoanGenerator.key) == Column(LoanGenerator.key, strings: month.labels.map(\.key)))
        }
    }

    @Test("Months follow the calendar, also past the end of the year")
    func calendar() {
        #expect(LoanGenerator.start(ofMonth: 0).date == "2026-01-01")
        #expect(LoanGenerator.start(ofMonth: LoanGenerator.shiftMonth).date == "2026-06-01")
        #expect(LoanGenerator.start(ofMonth: 12).date == "2027-01-01")
        #expect(LoanGenerator.start(ofMonth: -1).date == "2025-12-01")
    }

    @Test("A month that does not exist is an error, not a trap", arguments: [(-1, 10), (8, 10), (0, 0), (0, -5), (0, 2_000_000)])
    func outOfRange(month: Int, applications: Int) {
        #expect(throws: MartletError.self) { try LoanGenerator(seed: 1).month(month, applications: applications) }
    }

    @Test("Every planted truth names columns that exist, and no two share a name")
    func truths() throws {
        let columns = try Set(LoanGenerator(seed: 1).month(0, applications: 10).labelled().names)
        for truth in LoanGenerator.truths {
            #expect(columns.isSuperset(of: truth.columns), "\(truth.id)")
            #expect(truth.month == nil || truth.month == LoanGenerator.shiftMonth)
        }
        #expect(Set(LoanGenerator.truths.map(\.id)).count == LoanGenerator.truths.count)
    }
}

@Suite("Late labels")
struct LateLabelTests {
    @Test("A table of what is known by a moment holds those rows and their outcome only")
    func labelledByMoment() throws {
        let month = try LoanGenerator(seed: 11).month(0, applications: 400)
        let moment = LoanGenerator.start(ofMonth: 1)
        let known = month.labels.filter { $0.knownAt <= moment }
        let table = try month.labelled(by: moment)
        #expect(!known.isEmpty && known.count < 400)
        let keys = try table.column(LoanGenerator.key)
        #expect((0..<table.rowCount).map(keys.category) == known.map(\.key))
        #expect(try table.column(LoanGenerator.target) == Column(LoanGenerator.target, strings: known.map(\.outcome)))
        #expect(try month.labelled().rowCount == 400)
    }

    @Test("Feedback comes in the order in which it becomes known, each label once")
    func feedbackInPortions() throws {
        let month = try LoanGenerator(seed: 11).month(2, applications: 400)
        let ends = (2...5).map { LoanGenerator.start(ofMonth: $0) }
        let portions = try zip(ends, ends.dropFirst()).map { start, end in try month.feedback(after: start, until: end) }
        let times = try portions.flatMap { try #require($0.column("known_at").numbers) }
        #expect(times.count == 400)
        #expect(times == times.sorted())
    }

    @Test("The earliest labels after the shift hold hardly any of the channel that changed")
    func earliestAreNotFair() throws {
        let month = try LoanGenerator(seed: 7).month(LoanGenerator.shiftMonth)
        let order = month.labels.indices.sorted { month.labels[$0].knownAt < month.labels[$1].knownAt }
        let channels = try month.table.column("channel")
        let mobile = order.prefix(200).count { channels.category($0) == "mobile" }
        let overall = order.count { channels.category($0) == "mobile" }
        #expect(mobile < 20)
        #expect(Double(overall) / Double(order.count) > 0.6)
    }
}
