/// A fact that the generator puts into the data on purpose, so that a demonstration can say what was found and what was missed.
package struct PlantedTruth: Sendable, Equatable, Identifiable {
    /// A short name that never changes, such as `income-shift`.
    package let id: String
    /// The fact, as a person would say it.
    package let sentence: String
    /// The month (from 0) from which it holds; nil where it holds from the beginning.
    package let month: Int?
    /// The columns of the table that it is about.
    package let columns: [String]
}

extension LoanGenerator {
    /// Everything that is planted, in the order in which it shows. There is no column that gives the outcome away: finding a leak is a false alarm.
    package static let truths: [PlantedTruth] = [
        truth("age-curve", "The youngest and the oldest default most: the effect of age is a U, not a line.", ["age"]),
        truth("debt-new-job", "Debt weighs far more on those who are new in their job: an interaction.", ["debt", "income", "employment_years"]),
        truth("proxy", "The region gives away the sex of the applicant, so leaving the sex out does not hide it.", ["region", "sex"]),
        truth("outcome-gap", "Women default somewhat more often, because of the regions in which they live.", ["region", "sex", target]),
        truth(
            "missing-income", "About 6 % of the incomes are missing, most of them of the self-employed who earn little.", ["income", "employment"]),
        truth("identifier", "The application number identifies a row and says nothing about the outcome.", [key]),
        truth("late-labels", "The outcome is known 20 to 45 days after the application.", [target]),
        truth(
            "hasty-labels", "Branches report first and the mobile channel last, so the earliest labels are not a fair sample.", ["channel", target]),
        truth("income-shift", "Stated incomes rise by 35 %.", ["income"], shiftMonth),
        truth("channel-shift", "Two thirds of the applications come by mobile; before it was one in twelve.", ["channel"], shiftMonth),
        truth(
            "concept-change", "On the mobile channel other people default than before: those with large loans and few credit lines.",
            ["channel", "loan_amount", "credit_lines", target], shiftMonth),
    ]

    private static func truth(_ id: String, _ sentence: String, _ columns: [String], _ month: Int? = nil) -> PlantedTruth {
        PlantedTruth(id: id, sentence: sentence, month: month, columns: columns)
    }
}
