import Support

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One applicant as the world knows them: complete and without inflation. What the lender sees of it is a row of the table.
struct Applicant: Sendable {
    var sex: String
    var region: String
    var age: Double
    var employment: String
    var employmentYears: Double
    /// Yearly income in the prices of the first month; always known here.
    var income: Double
    var incomeIsStated: Bool
    var debt: Double
    var loanAmount: Double
    var termMonths: Double
    var housing: String
    var purpose: String
    var channel: String
    var creditLines: Double
    var latePayments: Double

    /// Draws an applicant. Only `channel` depends on whether the market has shifted.
    init(from random: inout RandomSource, channels: Choices) {
        sex = random.happens(0.5) ? "female" : "male"
        region = random.choose(sex == "female" ? Self.regionsOfWomen : Self.regionsOfMen)
        age = random.normal(mean: 43, deviation: 14).clamped(18, 79).rounded()
        employment = Self.employment(age: age, &random)
        employmentYears = Self.employmentYears(age: age, employment: employment, &random)
        income = Self.income(employment: employment, years: employmentYears, &random)
        incomeIsStated = !random.happens(Self.chanceOfHiddenIncome(employment: employment, income: income))
        debt = (income * random.logNormal(median: 0.32, deviation: 0.85)).clamped(0, 400_000).rounded(toMultipleOf: 50)
        loanAmount = random.logNormal(median: 9000, deviation: 0.65).clamped(500, 80_000).rounded(toMultipleOf: 100)
        termMonths = Double(12 * (1 + random.below(5)))
        housing = random.choose(age < 35 ? Self.housingOfTheYoung : Self.housingOfOthers)
        purpose = random.choose(Self.purposes)
        channel = random.choose(channels)
        creditLines = Double(random.count(mean: 3.5, limit: 14))
        latePayments = random.happens(0.55) ? 0 : Double(random.count(mean: 1.6, limit: 9))
    }

    /// Debt over income, as the risk depends on it.
    var debtRatio: Double { min(debt / income, 2.5) }

    private static func employment(age: Double, _ random: inout RandomSource) -> String {
        let working = random.choose(occupations)
        return age >= 64 && random.happens(0.85) ? "retired" : working
    }

    private static func employmentYears(age: Double, employment: String, _ random: inout RandomSource) -> Double {
        let drawn = -6.5 * log(1 - random.unit())
        return employment == "retired" || employment == "unemployed" ? 0 : min(drawn, age - 17).rounded(toMultipleOf: 0.5)
    }

    private static func income(employment: String, years: Double, _ random: inout RandomSource) -> Double {
        let level: [String: Double] = ["employed": 36_000, "public": 37_000, "self-employed": 41_000, "retired": 24_000, "unemployed": 15_000]
        let spread = employment == "self-employed" ? 0.55 : 0.35
        return (random.logNormal(median: level[employment] ?? 36_000, deviation: spread) * (1 + 0.015 * min(years, 25))).clamped(6000, 400_000)
    }

    /// Missing not at random: the self-employed leave the income out far more often, and most of all those who earn little.
    private static func chanceOfHiddenIncome(employment: String, income: Double) -> Double {
        guard employment == "self-employed" else { return 0.02 }
        return income < 35_000 ? 0.5 : 0.2
    }
}

// MARK: - What there is to choose from

extension Applicant {
    private static let occupations = Choices(["employed": 0.63, "public": 0.16, "self-employed": 0.15, "unemployed": 0.06])
    private static let housingOfTheYoung = Choices(["rent": 0.62, "own": 0.08, "mortgage": 0.16, "other": 0.14])
    private static let housingOfOthers = Choices(["rent": 0.34, "own": 0.28, "mortgage": 0.33, "other": 0.05])
    private static let purposes = Choices([
        "car": 0.27, "home improvement": 0.2, "debt consolidation": 0.22, "education": 0.11, "medical": 0.09, "business": 0.11,
    ])
    private static let regionsOfWomen = Choices([
        "R01": 2, "R02": 3, "R03": 4, "R04": 6, "R05": 8, "R06": 10, "R07": 13, "R08": 16, "R09": 18, "R10": 20,
    ])
    private static let regionsOfMen = Choices([
        "R01": 20, "R02": 18, "R03": 16, "R04": 13, "R05": 10, "R06": 8, "R07": 6, "R08": 4, "R09": 3, "R10": 2,
    ])
}

extension Double {
    func clamped(_ low: Double, _ high: Double) -> Double { Swift.min(Swift.max(self, low), high) }

    /// The nearest multiple of a step.
    func rounded(toMultipleOf step: Double) -> Double { (self / step).rounded() * step }
}
