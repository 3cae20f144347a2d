import Demo
import Monitoring
import Planning
import Projects
import Statistics
import Support

/// What was planted in the data, and which of it the lifecycle found.
struct Ledger {
    private var found: [String: String] = [:]
    private var falseAlarms: [String] = []
    private(set) var hasRefused = false

    // MARK: - Reading

    /// What the first training tells.
    mutating func readTraining(_ outcome: RunOutcome, project: Project) {
        let rows = outcome.leaderboard?.rows ?? []
        if let trees = rows.first(where: { $0.step == "trees" }), let linear = rows.first(where: { $0.step == "baseline" }),
            trees.measurement.value > linear.measurement.value
        {
            let gain = "trees beat the linear baseline: \(Objective.text(trees.measurement.value)) against \(Objective.text(linear.measurement.value))"
            found["age-curve"] = gain
            found["debt-new-job"] = gain
        }
        for sentence in outcome.gate?.findings ?? [] {
            if sentence.contains("predict") { found["proxy"] = sentence } else if sentence.contains("sex") { found["outcome-gap"] = sentence }
        }
        if let profile = try? project.profile(nil) {
            for column in profile["columns"].elements where column["name"].text == "income" {
                if let missing = column["missing"].int, missing > 0 { found["missing-income"] = "the profile counts \(missing) missing incomes" }
            }
        }
        found["identifier"] = "application_id is a key, not a feature"
    }

    /// Which columns drifted in a month: right from the shift on, wrong before.
    mutating func readDrift(_ report: DriftReport, month: Int) {
        let planted = ["income": "income-shift", "channel": "channel-shift"]
        for column in report.drifted {
            if let truth = planted[column.name], month >= LoanGenerator.shiftMonth {
                if found[truth] == nil { found[truth] = "drift of \(column.name) in \(LoanGenerator.start(ofMonth: month).date.prefix(7)), \(column.result.method.rawValue) \(Objective.text(column.result.statistic ?? 0))" }
            } else {
                falseAlarms.append("\(column.name) in \(LoanGenerator.start(ofMonth: month).date.prefix(7))")
            }
        }
    }

    /// The production objective turned red.
    mutating func readDecline(month: Int) {
        if found["concept-change"] == nil { found["concept-change"] = "the objective “live” turned red at the end of \(LoanGenerator.start(ofMonth: month).date.prefix(7))" }
        found["late-labels"] = "labels joined weeks after the answers, by application_id"
    }

    /// The candidate that was trained in haste.
    mutating func readHaste(_ outcome: RunOutcome) {
        hasRefused = true
        guard let gate = outcome.gate, !gate.passed else { return }
        found["hasty-labels"] = "the gate refused the hasty candidate: \(gate.reasons.first ?? "")"
    }

    /// The candidate that was trained on all that is known.
    mutating func readRetraining(_ outcome: RunOutcome, month: Int) {}

    // MARK: - Printing

    func print(to console: Console) {
        console.line(console.paint("Ledger", .bold) + "  \(LoanGenerator.truths.count) truths planted, \(found.count) found, \(LoanGenerator.truths.count - found.count) missed, \(falseAlarms.count) false alarms")
        for truth in LoanGenerator.truths {
            let how = found[truth.id]
            console.line("  \(console.mark(how == nil ? .yellow : .green)) \(truth.sentence)")
            console.line("      \(how.map { String($0.prefix(160)) } ?? "missed")")
        }
        for alarm in falseAlarms { console.line("  \(console.mark(.red)) false alarm: \(alarm)") }
    }
}
