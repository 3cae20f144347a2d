package import Support
import Tables

/// Eight months of loan applications with known truths planted in them, for the demonstration and for tests that need data whose answers are known.
/// The same seed gives the same bytes; each month can be drawn without the others.
package struct LoanGenerator: Sendable {
    package let seed: UInt64

    package init(seed: UInt64) { self.seed = seed }

    /// The number of months.
    package static let months = 8
    /// The month (from 0) in which the market shifts.
    package static let shiftMonth = 5
    /// The column that identifies an application: the key on which late labels join.
    package static let key = "application_id"
    /// The column that the labels give.
    package static let target = "outcome"
    /// The value of the target that is to be predicted.
    package static let positive = "defaulted"
    /// The column that must not decide.
    package static let sensitive = "sex"
    /// By how much stated incomes rise in the month of the shift.
    package static let incomeInflation = 1.35

    /// The first moment of a month; month 0 is January 2026. Indexes outside 0...7 go on counting.
    package static func start(ofMonth index: Int) -> Timestamp {
        let (years, month) = (index.quotientFloored(by: 12), index - 12 * index.quotientFloored(by: 12))
        let date = CivilDate("\(2026 + years)-\(month < 9 ? "0" : "")\(month + 1)-01")
        return Timestamp(seconds: Double(date?.daysSince1970 ?? 0) * 86_400)
    }

    /// The applications of a month and their late labels.
    /// - Parameter index: 0...7.
    /// - Throws: `invalidInput` where the month or the number of applications is out of range.
    package func month(_ index: Int, applications: Int = 4000) throws(MartletError) -> LoanMonth {
        guard (0..<Self.months).contains(index), (1...1_000_000).contains(applications) else {
            throw MartletError(
                .invalidInput,
                "There is no month \(index) with \(applications) applications. Ask for a month from 0 to \(Self.months - 1) and 1 to 1000000 applications."
            )
        }
        var random = RandomSource(seed: seed &+ UInt64(index) &* 0xD1B5_4A32_D192_ED03)
        let shifted = index >= Self.shiftMonth
        let times = arrivals(applications, month: index, &random)
        let risk = DefaultRisk(mobileHasChanged: shifted)
        var applicants: [Applicant] = []
        var labels: [LateLabel] = []
        for (row, time) in times.enumerated() {
            let applicant = Applicant(from: &random, channels: shifted ? Self.channelsAfter : Self.channelsBefore)
            let defaulted = random.happens(risk.probability(applicant))
            applicants.append(applicant)
            labels.append(
                LateLabel(key: Self.identifier(month: index, row: row), defaulted: defaulted, knownAt: known(applicant, appliedAt: time, &random)))
        }
        return LoanMonth(index: index, table: try table(applicants, times, labels, inflation: shifted ? Self.incomeInflation : 1), labels: labels)
    }

    /// Sorted moments of a month, in whole seconds.
    private func arrivals(_ count: Int, month: Int, _ random: inout RandomSource) -> [Timestamp] {
        let start = Self.start(ofMonth: month)
        let length = Self.start(ofMonth: month + 1).seconds - start.seconds
        let offsets = (0..<count).map { _ in (random.unit() * length).rounded(.down) }.sorted()
        return offsets.map { start.advanced(bySeconds: $0) }
    }

    /// Branches report after 20 to 30 days; the other channels after 25 to 45, the mobile one last. So the earliest labels are not a fair sample.
    private func known(_ applicant: Applicant, appliedAt time: Timestamp, _ random: inout RandomSource) -> Timestamp {
        let (first, last): (Double, Double) =
            switch applicant.channel {
            case "branch": (20, 30)
            case "mobile": (33, 45)
            default: (25, 40)
            }
        return time.advanced(bySeconds: ((first + (last - first) * random.unit()) * 86_400).rounded(.down))
    }

    private static func identifier(month: Int, row: Int) -> String {
        let digits = String(row + 1)
        return "L\(month + 1)-" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    }

    private static let channelsBefore = Choices(["branch": 0.38, "web": 0.36, "broker": 0.18, "mobile": 0.08])
    private static let channelsAfter = Choices(["branch": 0.12, "web": 0.13, "broker": 0.07, "mobile": 0.68])
}

// MARK: - The table

extension LoanGenerator {
    /// The columns as the lender sees them; a hidden income is missing, a stated one is inflated.
    private func table(_ applicants: [Applicant], _ times: [Timestamp], _ labels: [LateLabel], inflation: Double) throws(MartletError) -> Table {
        let incomes = applicants.map { $0.incomeIsStated ? ($0.income * inflation).rounded(toMultipleOf: 100) : Double.nan }
        return try Table([
            Column(Self.key, strings: labels.map(\.key)),
            Column("applied_at", kind: .timestamp, numbers: times.map(\.seconds)),
            Column("age", kind: .integer, numbers: applicants.map(\.age)),
            Column(Self.sensitive, strings: applicants.map(\.sex)),
            Column("region", strings: applicants.map(\.region)),
            Column("employment", strings: applicants.map(\.employment)),
            Column("employment_years", numbers: applicants.map(\.employmentYears)),
            Column("income", kind: .integer, numbers: incomes),
            Column("debt", kind: .integer, numbers: applicants.map(\.debt)),
            Column("loan_amount", kind: .integer, numbers: applicants.map(\.loanAmount)),
            Column("term_months", kind: .integer, numbers: applicants.map(\.termMonths)),
            Column("housing", strings: applicants.map(\.housing)),
            Column("purpose", strings: applicants.map(\.purpose)),
            Column("channel", strings: applicants.map(\.channel)),
            Column("credit_lines", kind: .integer, numbers: applicants.map(\.creditLines)),
            Column("late_payments", kind: .integer, numbers: applicants.map(\.latePayments)),
        ])
    }
}

extension Int {
    /// Division that rounds towards minus infinity.
    fileprivate func quotientFloored(by divisor: Int) -> Int { (self - ((self % divisor) + divisor) % divisor) / divisor }
}
