#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The planted truth itself: the probability that a loan is not paid back.
struct DefaultRisk: Sendable {
    /// Whether the mobile channel has begun to attract other people than before.
    let mobileHasChanged: Bool

    func probability(_ applicant: Applicant) -> Double {
        let changed = mobileHasChanged && applicant.channel == "mobile"
        return logistic(shared(applicant) + (changed ? afterChange(applicant) : before(applicant)))
    }

    /// What holds in every month and channel: debt weighs more on those who are new in their job; region carries a small effect of its own.
    private func shared(_ applicant: Applicant) -> Double {
        let newness = exp(-applicant.employmentYears / 2.5)
        let debt = 1.1 * applicant.debtRatio * (0.55 + 1.6 * newness)
        let burden = 0.9 * min(applicant.loanAmount / applicant.income, 1.5)
        let rent = applicant.housing == "rent" ? 0.25 : 0
        return debt + burden + rent + Self.effect(of: applicant.region, in: Self.regions)
            + Self.effect(of: applicant.employment, in: Self.employments)
    }

    /// The usual relation: the young and the old default more (a U), late payments and a business purpose count against the applicant.
    private func before(_ applicant: Applicant) -> Double {
        let late = 0.68 * min(applicant.latePayments, 4)
        return -3.95 + 1.8 * ageCurve(applicant.age) + late + Self.effect(of: applicant.purpose, in: Self.purposes)
    }

    /// The mobile channel after the shift: large loans to people with few credit lines default; age and late payments no longer tell much.
    private func afterChange(_ applicant: Applicant) -> Double {
        let thinFile = applicant.creditLines <= 2 ? 1.7 : 0
        let size = 1.5 * log(applicant.loanAmount / 9000)
        let late = 0.15 * min(applicant.latePayments, 4)
        return -3.75 + thinFile + size + late + 0.45 * ageCurve(applicant.age) + Self.effect(of: applicant.purpose, in: Self.mobilePurposes)
    }

    /// 0 at 45 years, 1 at 20 and at 70.
    private func ageCurve(_ age: Double) -> Double {
        let distance = (age - 45) / 25
        return min(distance * distance, 1.6)
    }

    /// The effect of a category on the logit; 0 for those that have none.
    private static func effect(of category: String, in effects: [String: Double]) -> Double { effects[category] ?? 0 }

    private static let employments = ["unemployed": 0.7, "public": -0.35]
    private static let purposes = ["business": 0.6, "education": -0.4, "debt consolidation": 0.3]
    private static let mobilePurposes = ["business": -0.5, "education": 0.5]
    private static let regions = [
        "R03": 0.05, "R04": 0.1, "R05": 0.17, "R06": 0.24, "R07": 0.31, "R08": 0.38, "R09": 0.44, "R10": 0.5,
    ]
}
