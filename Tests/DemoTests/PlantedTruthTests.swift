import Demo
import Support
import Tables
import Testing

@Suite("What is planted can be measured")
struct PlantedTruthTests {
    let before: LoanMonth
    let after: LoanMonth

    init() throws {
        before = try LoanGenerator(seed: 7).month(LoanGenerator.shiftMonth - 1)
        after = try LoanGenerator(seed: 7).month(LoanGenerator.shiftMonth)
    }

    @Test("Exactly income and channel shift")
    func shift() throws {
        for name in before.table.names where name != LoanGenerator.key && name != "applied_at" {
            let moved = distance(try before.table.column(name), try after.table.column(name))
            if ["income", "channel"].contains(name) {
                #expect(moved > 0.2, "\(name)")
            } else {
                #expect(moved < 0.04, "\(name)")
            }
        }
    }

    @Test("Stated incomes rise by the planted factor")
    func inflation() throws {
        let ratio = mean(try numbers(after, "income")) / mean(try numbers(before, "income"))
        #expect(abs(ratio - LoanGenerator.incomeInflation) < 0.05)
    }

    @Test("About 6 % of incomes are missing, most of them of the self-employed, and nothing else is missing")
    func missing() throws {
        let income = try before.table.column("income")
        let employment = try before.table.column("employment")
        let hidden = (0..<income.count).filter(income.isMissing)
        let selfEmployed = hidden.count { employment.category($0) == "self-employed" }
        #expect((0.045...0.075).contains(Double(hidden.count) / Double(income.count)))
        #expect(Double(selfEmployed) / Double(hidden.count) > 0.6)
        #expect(before.table.columns.allSatisfy { $0.name == "income" || $0.missingCount == 0 })
    }

    @Test("The region predicts the sex with an AUC above 0.8")
    func proxy() throws {
        let region = try before.table.column("region")
        let male = flags(before, "sex", "male")
        #expect(areaUnderCurve(scores(region, male), male) > 0.8)
    }

    @Test("Women default more often, and the difference is small")
    func gapOfOutcomes() throws {
        let months = try (0..<8).map { try LoanGenerator(seed: 7).month($0) }
        func rate(_ sex: String) -> Double {
            let outcomes = months.flatMap { month in zip(flags(month, "sex", sex), month.labels).filter(\.0).map(\.1.defaulted) }
            return Double(outcomes.count { $0 }) / Double(outcomes.count)
        }
        #expect((0.01...0.06).contains(rate("female") - rate("male")))
    }

    @Test("A fifth of the loans default, before and after the shift")
    func overallRate() {
        for month in [before, after] {
            let rate = Double(month.labels.count(where: \.defaulted)) / Double(month.labels.count)
            #expect((0.19...0.25).contains(rate))
        }
    }

    @Test("The young and the old default more than the middle-aged")
    func curveOfAge() throws {
        let young = defaultRate(before, "age") { $0 < 28 }
        let middle = defaultRate(before, "age") { (38...52).contains($0) }
        let old = defaultRate(before, "age") { $0 > 62 }
        #expect(young > middle + 0.1)
        #expect(old > middle + 0.1)
    }

    @Test("On the mobile channel few credit lines mean default after the shift, and meant nothing before")
    func conceptChange() throws {
        func effect(_ month: LoanMonth) -> Double {
            let mobile = flags(month, "channel", "mobile")
            let few = defaultRate(month, "credit_lines", among: mobile) { $0 <= 2 }
            return few - defaultRate(month, "credit_lines", among: mobile) { $0 > 2 }
        }
        let quiet = try LoanGenerator(seed: 7).month(0, applications: 20_000)
        #expect(abs(effect(quiet)) < 0.06)
        #expect(effect(after) > 0.15)
    }

    @Test("Labels arrive 20 to 45 days after the application")
    func delays() throws {
        for month in [before, after] {
            let applied = try numbers(month, "applied_at")
            let days = zip(applied, month.labels).map { ($1.knownAt.seconds - $0) / 86_400 }
            #expect(days.allSatisfy { (20...45).contains($0) })
        }
    }

    @Test("No column gives the outcome away")
    func noLeak() throws {
        let defaulted = before.labels.map(\.defaulted)
        for column in before.table.columns where column.name != LoanGenerator.key {
            let area = areaUnderCurve(column.numbers ?? scores(column, defaulted), defaulted)
            #expect(max(area, 1 - area) < 0.75, "\(column.name)")
        }
    }
}
